import type { UploadSessionApi } from '../rpc/api.ts'
import { invalid, kindOf } from './check.ts'
import type { Dataset } from './views.ts'

/** The node takes no more at once. */
const MAX_WRITE_BYTES = 16 * 1024 * 1024

/**
 * An upload whose bytes come piece by piece, from `Quire.openUpload`.
 *
 * Nothing of it is kept over a restart; a page that goes takes its sessions with it.
 */
export class UploadSession {
  readonly #session: UploadSessionApi
  /** Parts of one write do not mix with the next one’s, whether it was waited for or not. */
  #written: Promise<void> = Promise.resolve()
  #closing: Promise<Dataset> | undefined
  #isAborted = false

  /** Made by `Quire.openUpload`. */
  constructor(session: UploadSessionApi) {
    this.#session = session
  }

  /**
   * Takes the next bytes; resolves when there is room for more, so that whoever waits for each write holds little in memory.
   *
   * The bytes are copied where the node is in another thread. Errors: `ERR_ARGUMENT_INVALID` (no bytes, or after `close`),
   * `ERR_STORE_FULL`, and what else ended the upload.
   * @example upload-session.ts#write
   */
  async write(bytes: Uint8Array): Promise<void> {
    if (!(bytes instanceof Uint8Array)) throw invalid(`An upload is written as Uint8Array, not as ${kindOf(bytes)}.`)
    this.#throwIfAborted()
    if (this.#closing !== undefined) throw invalid('Nothing can be written to an upload that was closed.')
    const written = this.#written.then(() => this.#write(bytes))
    this.#written = written.catch(() => undefined)
    await written
  }

  /**
   * Ends the content; resolves with the dataset once it is stored. Called again, it gives the same.
   *
   * Errors: `ERR_EMPTY_FILE` (nothing was written), `ERR_STORE_FULL`, and what else ended the upload.
   * @example upload-session.ts#write
   */
  async close(): Promise<Dataset> {
    this.#throwIfAborted()
    this.#closing ??= this.#written.then(() => this.#session.close())
    return this.#closing
  }

  /**
   * Gives the upload up; resolves when what was stored of it is freed. Nothing for one that has ended.
   *
   * What is written or closed from then on rejects with an `AbortError`.
   * @example upload-session.ts#abort
   */
  async abort(): Promise<void> {
    this.#isAborted = this.#closing === undefined
    await this.#session.abort()
  }

  /**
   * The session as a `WritableStream`, e.g. for `pipeTo`; closing it closes the session, aborting it aborts.
   * @example upload-session.ts#writable
   */
  writable(): WritableStream<Uint8Array> {
    return new WritableStream<Uint8Array>({
      write: (chunk) => this.write(chunk),
      close: async () => void (await this.close()),
      abort: () => this.abort(),
    })
  }

  #throwIfAborted(): void {
    if (this.#isAborted) throw new DOMException('The upload was aborted.', 'AbortError')
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.byteLength; start += MAX_WRITE_BYTES) {
      await this.#session.write(ownBytes(bytes.subarray(start, start + MAX_WRITE_BYTES)))
    }
  }
}

/** A view of a part is copied: crossing to another thread would clone the whole buffer behind it. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? new Uint8Array(buffer) : bytes.slice()
}
