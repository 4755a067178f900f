import { QuireError } from '../errors.ts'

/** Where content is written to in order; nothing of it counts before `close`. */
export interface ContentSink {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>
  close(): Promise<void>
  /** Gives up what was written. */
  abort(): Promise<void>
}

/** A sink for a file that the person chose: the browser keeps the old content until `close`. */
export async function openFileSink(target: FileSystemFileHandle): Promise<ContentSink> {
  const writable = await saving(() => target.createWritable())
  return {
    write: (bytes) => saving(() => writable.write(bytes)),
    close: () => saving(() => writable.close()),
    abort: () => writable.abort(),
  }
}

/** Writes `content` to `sink`; `onWritten` hears each piece’s size. After an error or an abort the sink is given up. */
export async function writeContent(
  content: AsyncIterable<Uint8Array>,
  sink: ContentSink,
  onWritten: (sizeBytes: number) => void,
): Promise<void> {
  try {
    for await (const piece of content) {
      await sink.write(ownBytes(piece))
      onWritten(piece.byteLength)
    }
    await sink.close()
  } catch (error) {
    // The first failure is what the caller must hear; a sink that cannot be given up is dropped by the browser.
    await sink.abort().catch(() => undefined)
    throw error
  }
}

/** Errors: `ERR_STORE_FULL` (the browser’s quota), `ERR_SAVE_FAILED`. */
export async function saving<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'QuotaExceededError') {
      throw new QuireError('ERR_STORE_FULL', 'There is no room on this device to write the file.', { cause })
    }
    throw new QuireError('ERR_SAVE_FAILED', 'The file could not be written.', { cause })
  }
}

/** The types allow shared memory behind a view, which a file cannot be written from; Quire never makes any. */
function ownBytes(piece: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = piece
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, byteLength) : new Uint8Array(piece)
}
