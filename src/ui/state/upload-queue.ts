/** Files on their way into the node: one upload at a time, the others wait in order. */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { isQuireError } from '../../errors.ts'
import type { DatasetView } from '../../rpc/api.ts'
import { isAbort } from '../../rpc/errors.ts'

/** A waiting file costs a handle and a line of memory; a home directory dropped by mistake must not fill the tab. */
export const MAX_WAITING_FILES = 5000

export interface QueuedFile {
  readonly file: File
  readonly name: string
}

export interface UploadQueueInit {
  readonly upload: (queued: QueuedFile, signal: AbortSignal) => Promise<DatasetView>
  /** `isOnly` where nothing else was added together with the file. */
  readonly onStored: (dataset: DatasetView, isOnly: boolean) => void
  /** Called for each file that failed, and for those that can no longer be tried. */
  readonly onFailed: (names: readonly string[], error: unknown) => void
  readonly maxWaiting?: number
}

export interface AddedFiles {
  readonly acceptedCount: number
  readonly emptyNames: readonly string[]
  /** Files above the queue’s limit. */
  readonly leftOutCount: number
}

export class UploadQueue {
  readonly #init: UploadQueueInit
  readonly #waiting = signal<readonly QueuedFile[]>([])
  readonly #isRunning = signal(false)
  #current: AbortController | undefined
  #isAlone = false

  constructor(init: UploadQueueInit) {
    this.#init = init
  }

  get waiting(): ReadonlySignal<readonly QueuedFile[]> {
    return this.#waiting
  }

  get isRunning(): ReadonlySignal<boolean> {
    return this.#isRunning
  }

  /** Enters files; empty ones and those above the limit are left out and told. */
  add(files: readonly QueuedFile[]): AddedFiles {
    const emptyNames = files.filter(({ file }) => file.size === 0).map(({ name }) => name)
    const full = files.filter(({ file }) => file.size > 0)
    const waiting = this.#waiting.peek()
    const room = Math.max(0, (this.#init.maxWaiting ?? MAX_WAITING_FILES) - waiting.length)
    const accepted = full.slice(0, room)
    this.#isAlone = accepted.length === 1 && !this.#isRunning.peek()
    this.#waiting.value = [...waiting, ...accepted]
    if (!this.#isRunning.peek() && accepted.length > 0) void this.#run()
    return { acceptedCount: accepted.length, emptyNames, leftOutCount: full.length - accepted.length }
  }

  /** Forgets the files that wait; the one that runs goes on. */
  clear(): void {
    this.#waiting.value = []
  }

  /** Forgets the files that wait and aborts the one that runs. */
  stop(): void {
    this.clear()
    this.#current?.abort()
  }

  async #run(): Promise<void> {
    this.#isRunning.value = true
    try {
      for (let next = this.#take(); next !== undefined; next = this.#take()) await this.#uploadOne(next)
    } finally {
      this.#isRunning.value = false
    }
  }

  #take(): QueuedFile | undefined {
    const [next, ...rest] = this.#waiting.peek()
    if (next !== undefined) this.#waiting.value = rest
    return next
  }

  async #uploadOne(queued: QueuedFile): Promise<void> {
    this.#current = new AbortController()
    try {
      const dataset = await this.#init.upload(queued, this.#current.signal)
      this.#init.onStored(dataset, this.#isAlone)
    } catch (error) {
      if (isAbort(error)) return
      this.#init.onFailed([queued.name, ...this.#namesGivenUp(error)], error)
    } finally {
      this.#current = undefined
    }
  }

  /** Where no later file can succeed either, the queue is given up: one notice, not one for each file. */
  #namesGivenUp(error: unknown): readonly string[] {
    if (!GIVE_UP_CODES.some((code) => isQuireError(error, code))) return []
    const names = this.#waiting.peek().map(({ name }) => name)
    this.clear()
    return names
  }
}

const GIVE_UP_CODES = ['ERR_NODE_STOPPED', 'ERR_WORKER_DIED', 'ERR_STORE_UNAVAILABLE', 'ERR_NODE_ELSEWHERE'] as const
