/**
 * Archives of a sample and their search indexes, made by as many threads as there are cores, kept in a folder for the next time.
 *
 *   asked for ─▶ in the folder? ─ no ─▶ jobs (what somebody waits for first; then all later weeks) ─▶ threads ─▶ folder
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { SampleArchive, SampleTarget } from '../../src/history/sample/publish-sample.ts'
import type { SampleInit } from '../../src/history/sample/sample-message.ts'
import type { WeekJob } from './week-worker.ts'

/** Raised whenever the generator makes something else of the same seed. */
const GENERATOR = 3
/** Raised whenever the same archive has another search index. */
const SEARCH_INDEX = 2

interface Making {
  readonly job: WeekJob
  /** In the folder. */
  readonly name: string
}

export class WeekMakers {
  readonly #init: SampleInit
  readonly #folder: string
  readonly #workers: Worker[] = []
  readonly #idle: Worker[] = []
  readonly #waiting: Making[] = []
  /** By name: resolves once it is in the folder. Bytes are not held: a sample of a million messages is half a gigabyte. */
  readonly #wanted = new Map<string, PromiseWithResolvers<void>>()
  #begun: Promise<void> | undefined

  constructor(init: SampleInit, { cacheDir }: { readonly cacheDir: string }) {
    this.#init = init
    const name = createHash('sha256')
      .update(JSON.stringify({ ...init, GENERATOR }))
      .digest('hex')
      .slice(0, 16)
    this.#folder = join(cacheDir, name)
  }

  /** For `publishSample`. */
  asTarget(): Required<Pick<SampleTarget, 'archiveOf' | 'searchIndexOf'>> {
    return {
      archiveOf: (week) => this.#archiveOf(week),
      searchIndexOf: (archive) => this.#searchIndexOf(archive),
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }

  /** From the folder, or from a thread; weeks behind it are begun at once. */
  async #archiveOf(week: number): Promise<Uint8Array> {
    const kept = await this.#kept(archiveName(week))
    if (kept !== undefined) return kept
    await this.#begin()
    for (let later = week; later < this.#init.weeks; later++) {
      this.#queue({ job: { kind: 'archive', week: later }, name: archiveName(later) })
    }
    return this.#made(archiveName(week))
  }

  async #searchIndexOf(archive: SampleArchive): Promise<Uint8Array> {
    const name = `${archive.id}.${SEARCH_INDEX}.search`
    const kept = await this.#kept(name)
    if (kept !== undefined) return kept
    await this.#begin()
    this.#queue({ job: { kind: 'search', archive }, name })
    return this.#made(name)
  }

  async #kept(name: string): Promise<Uint8Array | undefined> {
    const bytes = await readFile(join(this.#folder, name)).catch(() => undefined)
    return bytes === undefined ? undefined : new Uint8Array(bytes)
  }

  async #made(name: string): Promise<Uint8Array> {
    await this.#wanted.get(name)?.promise
    return new Uint8Array(await readFile(join(this.#folder, name)))
  }

  #begin(): Promise<void> {
    this.#begun ??= this.#start()
    return this.#begun
  }

  async #start(): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    for (let i = 0; i < availableParallelism(); i++) {
      const worker = new Worker(new URL('./week-worker.mjs', import.meta.url), { workerData: this.#init })
      worker.on('error', (error) => this.#fail(error))
      this.#workers.push(worker)
      this.#idle.push(worker)
    }
  }

  /** Once each; a search index before archives, as somebody waits for it. */
  #queue(making: Making): void {
    if (this.#wanted.has(making.name)) return
    const answer = Promise.withResolvers<void>()
    // Whoever asks later still hears of it.
    answer.promise.catch(() => undefined)
    this.#wanted.set(making.name, answer)
    if (making.job.kind === 'search') this.#waiting.unshift(making)
    else this.#waiting.push(making)
    this.#give()
  }

  #give(): void {
    while (this.#idle.length > 0) {
      const making = this.#waiting.shift()
      const worker = making === undefined ? undefined : this.#idle.pop()
      if (making === undefined || worker === undefined) return
      worker.once('message', (bytes: Uint8Array) => {
        this.#idle.push(worker)
        void this.#take(making, bytes)
        this.#give()
      })
      worker.postMessage(making.job)
    }
  }

  async #take({ name }: Making, bytes: Uint8Array): Promise<void> {
    try {
      // A run that is stopped in the middle leaves no half archive.
      const path = join(this.#folder, name)
      await writeFile(`${path}.part`, bytes)
      await rename(`${path}.part`, path)
      this.#wanted.get(name)?.resolve()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** A thread that failed makes no more: all that is asked for from now on fails likewise. */
  #fail(reason: unknown): void {
    this.#begun = Promise.reject(reason)
    this.#begun.catch(() => undefined)
    for (const { reject } of this.#wanted.values()) reject(reason)
  }
}

function archiveName(week: number): string {
  return `${week}.archive`
}
