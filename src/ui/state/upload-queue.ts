/** Files on their way into the node: one upload at a time, beside those that are paused; the others wait in order. */
import { batch, computed, signal } from '@preact/signals'
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
  /** A file that failed; the next ones are tried. */
  readonly onFailed: (file: QueuedFile, error: unknown) => void
  /** One that failed and all that wait, where no later one can succeed either. */
  readonly onGivenUp: (files: readonly QueuedFile[], error: unknown) => void
  readonly maxWaiting?: number
}

export interface AddedFiles {
  readonly acceptedCount: number
  readonly emptyNames: readonly string[]
  /** Files above the queue’s limit. */
  readonly leftOutCount: number
}

interface RunningUpload {
  readonly queued: QueuedFile
  readonly controller: AbortController
}

export class UploadQueue {
  readonly isRunning: ReadonlySignal<boolean>
  /** Those that run, then those that wait. */
  readonly unfinished: ReadonlySignal<readonly QueuedFile[]>
  readonly #init: UploadQueueInit
  readonly #waiting = signal<readonly QueuedFile[]>([])
  readonly #running = signal<readonly RunningUpload[]>([])
  #pausedCount = 0
  #isHeld = false
  #isAlone = false

  constructor(init: UploadQueueInit) {
    this.#init = init
    this.isRunning = computed(() => this.#running.value.length > 0)
    this.unfinished = computed(() => [...this.#running.value.map(({ queued }) => queued), ...this.#waiting.value])
  }

  get waiting(): ReadonlySignal<readonly QueuedFile[]> {
    return this.#waiting
  }

  /** Enters files; empty ones and those above the limit are left out and told. */
  add(files: readonly QueuedFile[]): AddedFiles {
    const emptyNames = files.filter(({ file }) => file.size === 0).map(({ name }) => name)
    const full = files.filter(({ file }) => file.size > 0)
    const waiting = this.#waiting.peek()
    const room = Math.max(0, (this.#init.maxWaiting ?? MAX_WAITING_FILES) - waiting.length)
    const accepted = full.slice(0, room)
    this.#isAlone = accepted.length === 1 && !this.isRunning.peek()
    this.#waiting.value = [...waiting, ...accepted]
    this.#startNext()
    return { acceptedCount: accepted.length, emptyNames, leftOutCount: full.length - accepted.length }
  }

  /** How many of those that run are paused: the next ones do not wait for them. */
  setPausedCount(count: number): void {
    this.#pausedCount = count
    this.#startNext()
  }

  /** Whether everything was paused together: then nothing new begins beside what is paused. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld
    this.#startNext()
  }

  /** Forgets the files that wait; those that run go on. */
  clear(): void {
    this.#waiting.value = []
  }

  /** Forgets the files that wait and aborts those that run. */
  stop(): void {
    this.clear()
    for (const { controller } of this.#running.peek()) controller.abort()
  }

  #startNext(): void {
    while (this.#hasTurn()) {
      const [next, ...rest] = this.#waiting.peek()
      if (next === undefined) return
      const running = { queued: next, controller: new AbortController() }
      batch(() => {
        this.#waiting.value = rest
        this.#running.value = [...this.#running.peek(), running]
      })
      void this.#uploadOne(running)
    }
  }

  #hasTurn(): boolean {
    const count = this.#running.peek().length
    return count === 0 || (!this.#isHeld && count <= this.#pausedCount)
  }

  async #uploadOne(running: RunningUpload): Promise<void> {
    const { queued, controller } = running
    try {
      const dataset = await this.#init.upload(queued, controller.signal)
      this.#init.onStored(dataset, this.#isAlone)
    } catch (error) {
      if (!isAbort(error)) this.#tellFailed(queued, error)
    } finally {
      this.#running.value = this.#running.peek().filter((other) => other !== running)
      this.#startNext()
    }
  }

  #tellFailed(failed: QueuedFile, error: unknown): void {
    if (!GIVE_UP_CODES.some((code) => isQuireError(error, code))) return this.#init.onFailed(failed, error)
    const files = [failed, ...this.#waiting.peek()]
    this.clear()
    this.#init.onGivenUp(files, error)
  }
}

const GIVE_UP_CODES = ['ERR_NODE_STOPPED', 'ERR_NODE_UNREACHABLE', 'ERR_WORKER_DIED', 'ERR_STORE_UNAVAILABLE'] as const
