import { QuireError } from '../errors.ts'

/** Where an upload’s bytes come from: a file, or a stream whose length shows at its end. */
export type ContentSource = Blob | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>

interface ReadOptions {
  /** The most that is read from a file at once. */
  readonly pieceBytes: number
  readonly signal?: AbortSignal | undefined
}

/**
 * The bytes of `source` in order, in pieces of any size.
 *
 * Errors: `ERR_FILE_UNREADABLE` (the file was changed, moved or deleted since it was chosen, or the disk failed).
 * An abort rejects with the signal’s reason at once and lets go of the source.
 */
export function piecesOf(source: ContentSource, options: ReadOptions): AsyncGenerator<Uint8Array, void, undefined> {
  if (source instanceof Blob) return piecesOfBlob(source, options)
  return piecesOfStream(source, options.signal)
}

/** The size where it is known before reading. */
export function knownSizeBytes(source: ContentSource): number | undefined {
  return source instanceof Blob ? source.size : undefined
}

async function* piecesOfBlob(blob: Blob, options: ReadOptions): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < blob.size; start += options.pieceBytes) {
    options.signal?.throwIfAborted()
    const end = Math.min(start + options.pieceBytes, blob.size)
    yield await readSlice(blob, start, end)
  }
}

async function readSlice(blob: Blob, start: number, end: number): Promise<Uint8Array> {
  let piece: Uint8Array
  try {
    piece = new Uint8Array(await blob.slice(start, end).arrayBuffer())
  } catch (cause) {
    // NotReadableError or NotFoundError: a Blob from disk is a promise to read, and the file may be gone by now.
    throw unreadable(start, { cause })
  }
  if (piece.byteLength !== end - start) throw unreadable(start, {})
  return piece
}

function unreadable(atByte: number, options: { cause?: unknown }): QuireError {
  const message = 'The file could not be read: it was changed, moved or deleted since it was chosen.'
  return new QuireError('ERR_FILE_UNREADABLE', message, { ...options, details: { atByte } })
}

async function* piecesOfStream(
  source: AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = iteratorOf(source)
  let ended = false
  try {
    while (true) {
      const next = await settledOrAborted(iterator.next(), signal)
      if (next.done === true) {
        ended = true
        return
      }
      yield next.value
    }
  } finally {
    // Not awaited: a source stuck in `next` would keep the abort waiting for ever.
    if (!ended) iterator.return?.().catch(() => undefined)
  }
}

function iteratorOf(source: AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>): AsyncIterator<Uint8Array> {
  if (!(source instanceof ReadableStream)) return source[Symbol.asyncIterator]()
  // Safari’s ReadableStream is not async iterable.
  const reader = source.getReader()
  return {
    next: async (): Promise<IteratorResult<Uint8Array>> => {
      const { done, value } = await reader.read()
      return done ? { done: true, value: undefined } : { done: false, value }
    },
    return: async (): Promise<IteratorResult<Uint8Array>> => {
      await reader.cancel()
      return { done: true, value: undefined }
    },
  }
}

/**
 * `step`, or a rejection with the signal’s reason where that comes first.
 *
 * One promise a step on purpose: `Promise.race` against one lasting promise would keep every step’s value until the end.
 */
function settledOrAborted<T>(step: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return step
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  // An abort before this moment, perhaps by the source itself, raises no event any more.
  if (signal.aborted) onAbort()
  step.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  return promise
}
