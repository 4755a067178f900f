/**
 * An upload whose bytes come piece by piece from a program.
 *
 *   write(bytes) ──▶ queue (2 MiB) ──▶ QuireNode.upload reads it as a stream ──▶ entry ──▶ close()
 */
import { QuireError } from '../errors.ts'
import type { DatasetEntry } from '../store/block-store.ts'

/** So much may wait for the store; a write that goes beyond resolves when there is room again. */
const MAX_WAITING_BYTES = 2 * 1024 * 1024
const MAX_WRITE_BYTES = 16 * 1024 * 1024

/** Stores a stream as a dataset. */
type Store = (content: AsyncIterable<Uint8Array>, signal: AbortSignal) => Promise<DatasetEntry>

export class ChunkedUpload {
  readonly #controller = new AbortController()
  readonly #result: Promise<DatasetEntry>
  readonly #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #isClosed = false
  #failure: { readonly error: unknown } | undefined
  /** Wakes the store’s side, and writers that wait for room. */
  #onMore = (): void => undefined
  readonly #onRoom: (() => void)[] = []

  /** `signal` aborts the whole upload. */
  constructor(store: Store, signal?: AbortSignal) {
    const whole = signal === undefined ? this.#controller.signal : AbortSignal.any([signal, this.#controller.signal])
    this.#result = store(this.#content(), whole)
    this.#result.catch((error: unknown) => {
      this.#failure = { error }
      this.#waiting.length = 0
      this.#letWrite()
    })
  }

  /** Resolves, or rejects, when it has ended in any way. */
  get ended(): Promise<unknown> {
    return this.#result
  }

  /** Resolves when there is room for more. Errors: `ERR_ARGUMENT_INVALID`, and what ended the upload. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#throwIfFailed()
    if (!(bytes instanceof Uint8Array)) throw invalid('Only bytes (Uint8Array) can be written to an upload.')
    if (this.#isClosed) throw invalid('Nothing can be written to an upload that was closed.')
    if (bytes.byteLength > MAX_WRITE_BYTES) throw invalid('At most 16 MiB can be written to an upload at once.')
    if (bytes.byteLength === 0) return
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.byteLength
    this.#onMore()
    while (this.#waitingBytes > MAX_WAITING_BYTES && this.#failure === undefined) {
      await new Promise<void>((resolve) => this.#onRoom.push(resolve))
    }
    this.#throwIfFailed()
  }

  /** Errors: `ERR_EMPTY_FILE`, and what ended the upload. */
  close(): Promise<DatasetEntry> {
    this.#isClosed = true
    this.#onMore()
    return this.#result
  }

  /** Resolves when what was stored is freed; nothing for one that has ended. */
  async abort(): Promise<void> {
    this.#controller.abort(new DOMException('The upload was aborted.', 'AbortError'))
    await this.#result.catch(() => undefined)
  }

  async *#content(): AsyncGenerator<Uint8Array> {
    while (true) {
      const next = this.#waiting.shift()
      if (next !== undefined) {
        yield next
        // Given back only now: the store has taken it when it asks for more.
        this.#waitingBytes -= next.byteLength
        this.#letWrite()
      } else if (this.#isClosed) {
        return
      } else {
        await new Promise<void>((resolve) => (this.#onMore = resolve))
      }
    }
  }

  #letWrite(): void {
    for (const resolve of this.#onRoom.splice(0)) resolve()
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}

function invalid(message: string): QuireError {
  return new QuireError('ERR_ARGUMENT_INVALID', message)
}
