/** Archives of a sample, made by as many threads as there are cores, kept in a folder for the next time. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { SampleInit } from '../../src/history/sample/sample-message.ts'

/** Raised whenever the generator makes something else of the same seed. */
const GENERATOR = 2

interface MadeWeek {
  readonly week: number
  readonly bytes: Uint8Array
}

export class WeekMakers {
  readonly #init: SampleInit
  readonly #folder: string
  readonly #workers: Worker[] = []
  /** Weeks that nobody has begun, oldest first; undefined until the first one is asked for. */
  #waiting: number[] | undefined
  readonly #wanted = new Map<number, PromiseWithResolvers<Uint8Array>>()

  constructor(init: SampleInit, { cacheDir }: { readonly cacheDir: string }) {
    this.#init = init
    const name = createHash('sha256')
      .update(JSON.stringify({ ...init, GENERATOR }))
      .digest('hex')
      .slice(0, 16)
    this.#folder = join(cacheDir, name)
  }

  /** From the folder, or from a thread; weeks behind it are begun at once. */
  async archiveOf(week: number): Promise<Uint8Array> {
    const kept = await readFile(this.#pathOf(week)).catch(() => undefined)
    if (kept !== undefined) return new Uint8Array(kept)
    await this.#begin()
    return this.#answerOf(week).promise
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }

  async #begin(): Promise<void> {
    if (this.#waiting !== undefined) return
    this.#waiting = Array.from({ length: this.#init.weeks }, (_, week) => week)
    await mkdir(this.#folder, { recursive: true })
    for (let i = 0; i < availableParallelism(); i++) {
      const worker = new Worker(new URL('./week-worker.mjs', import.meta.url), { workerData: this.#init })
      worker.on('message', (made: MadeWeek) => void this.#take(made, worker))
      worker.on('error', (error) => this.#fail(error))
      this.#workers.push(worker)
      this.#give(worker)
    }
  }

  #give(worker: Worker): void {
    const week = this.#waiting?.shift()
    if (week !== undefined) worker.postMessage(week)
  }

  async #take({ week, bytes }: MadeWeek, worker: Worker): Promise<void> {
    this.#give(worker)
    try {
      // A run that is stopped in the middle leaves no half archive.
      const path = this.#pathOf(week)
      await writeFile(`${path}.part`, bytes)
      await rename(`${path}.part`, path)
      this.#answerOf(week).resolve(bytes)
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    for (let week = 0; week < this.#init.weeks; week++) this.#answerOf(week).reject(error)
  }

  #answerOf(week: number): PromiseWithResolvers<Uint8Array> {
    const known = this.#wanted.get(week)
    if (known !== undefined) return known
    const answer = Promise.withResolvers<Uint8Array>()
    // Whoever asks later still hears of it.
    answer.promise.catch(() => undefined)
    this.#wanted.set(week, answer)
    return answer
  }

  #pathOf(week: number): string {
    return join(this.#folder, `${week}.archive`)
  }
}
