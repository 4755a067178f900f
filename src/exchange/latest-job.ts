type Job = () => Promise<void>

/** Runs one job at a time; of those that come meanwhile only the newest is kept. Jobs see to their own errors. */
export class LatestJob {
  #isRunning = false
  #next: Job | undefined

  run(job: Job): void {
    this.#next = job
    if (!this.#isRunning) void this.#run()
  }

  clear(): void {
    this.#next = undefined
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    for (let job = this.#next; job !== undefined; job = this.#next) {
      this.#next = undefined
      await job()
    }
    this.#isRunning = false
  }
}
