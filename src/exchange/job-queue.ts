type Job = () => Promise<void>

/** Runs jobs in the order they came, `width` at a time; at most `limit` of them wait. Jobs see to their own errors. */
export class JobQueue {
  readonly #limit: number
  readonly #width: number
  readonly #jobs: Job[] = []
  #running = 0

  constructor({ limit, width }: { limit: number; width: number }) {
    this.#limit = limit
    this.#width = width
  }

  /** False where too many wait already; the job is then not taken. */
  push(job: Job): boolean {
    if (this.#jobs.length >= this.#limit) return false
    this.#jobs.push(job)
    if (this.#running < this.#width) void this.#run()
    return true
  }

  /** Drops what waits; running jobs go on. */
  clear(): void {
    this.#jobs.length = 0
  }

  async #run(): Promise<void> {
    this.#running += 1
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) await job()
    this.#running -= 1
  }
}
