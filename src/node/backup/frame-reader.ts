import { concat } from '../../codec/concat.ts'
import { sameBytes } from '../../codec/same-bytes.ts'
import { isQuireError, QuireError } from '../../errors.ts'
import {
  CHECK_BYTES,
  decodeCount,
  FRAME_HEADER_BYTES,
  type FrameKind,
  hasCheck,
  kindOfType,
  MAGIC,
  MAX_PAYLOAD_BYTES,
} from './backup-format.ts'

export interface Frame {
  readonly kind: FrameKind
  readonly payload: Uint8Array
}

/**
 * The frames of a backup, one after the other; what waits to be read is at most a frame and a chunk of the stream.
 *
 * Errors of every method: `ERR_BACKUP_INVALID`, those of the stream, an abort.
 */
export class FrameReader {
  readonly #chunks: ReadableStreamDefaultReader<Uint8Array>
  readonly #onAbort: () => void
  readonly #signal: AbortSignal | undefined
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #readBytes = 0

  constructor(backup: Blob | ReadableStream<Uint8Array>, { signal }: { signal?: AbortSignal | undefined } = {}) {
    this.#chunks = (backup instanceof Blob ? backup.stream() : backup).getReader()
    this.#signal = signal
    // A stream that stalls would keep its reader waiting for ever.
    this.#onAbort = () => void this.#chunks.cancel(signal?.reason).catch(() => undefined)
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    if (signal?.aborted === true) this.#onAbort()
  }

  /** Of the whole stream. */
  get readBytes(): number {
    return this.#readBytes
  }

  async readMagic(): Promise<void> {
    const found = await this.#read(MAGIC.byteLength).catch(() => new Uint8Array())
    this.#signal?.throwIfAborted()
    const name = MAGIC.byteLength - 1
    if (!sameBytes(found.subarray(0, name), MAGIC.subarray(0, name))) throw invalid('This file is no backup of Quire.')
    if (!sameBytes(found, MAGIC)) throw invalid('This backup was made by a newer version of Quire.')
  }

  async read(): Promise<Frame> {
    const header = await this.#read(FRAME_HEADER_BYTES)
    const kind = kindOfType(header[0] ?? 0)
    const payloadBytes = decodeCount(header.subarray(1))
    if (kind === undefined || payloadBytes > MAX_PAYLOAD_BYTES[kind]) throw invalid('The backup is damaged here.')
    const payload = await this.#read(payloadBytes)
    if (kind !== 'block' && !(await hasCheck(kind, payload, await this.#read(CHECK_BYTES)))) {
      throw invalid('The backup is damaged here: a check does not fit.')
    }
    return { kind, payload }
  }

  async close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#onAbort)
    await this.#chunks.cancel().catch(() => undefined)
  }

  async #read(byteCount: number): Promise<Uint8Array> {
    while (this.#waitingBytes < byteCount) {
      const { done, value } = await this.#nextChunk()
      if (done) throw invalid('The backup ends too early: a part of it is missing.')
      if (!(value instanceof Uint8Array)) throw invalid('The stream has something that is no bytes.')
      this.#readBytes += value.byteLength
      this.#waitingBytes += value.byteLength
      this.#waiting.push(value)
    }
    const [first] = this.#waiting
    const all = this.#waiting.length === 1 && first !== undefined ? first : concat(...this.#waiting)
    this.#waiting = [all.subarray(byteCount)]
    this.#waitingBytes -= byteCount
    return all.subarray(0, byteCount)
  }

  async #nextChunk(): Promise<ReadableStreamReadResult<Uint8Array>> {
    try {
      const chunk = await this.#chunks.read()
      this.#signal?.throwIfAborted()
      return chunk
    } catch (error) {
      this.#signal?.throwIfAborted()
      throw isQuireError(error) ? error : invalid('The backup can be read no further.', error)
    }
  }
}

export function invalid(message: string, cause?: unknown): QuireError {
  return new QuireError('ERR_BACKUP_INVALID', message, { cause })
}
