/** Content of every kind on its way into the node. */
import { QuireError } from '../errors.ts'
import type { NodeApi, UploadCallOptions } from '../rpc/api.ts'
import { checkBlockSize, checkText, invalid, kindOf } from './check.ts'
import { type NodeWatch, progress } from './node-watch.ts'
import type { UploadOptions } from './options.ts'
import { UploadSession } from './upload-session.ts'
import type { Dataset } from './views.ts'

/** What can be uploaded. A stream is read as far as the store has taken it. */
export type Content =
  | Blob
  | ArrayBuffer
  | ArrayBufferView
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | Response

interface Components {
  readonly api: NodeApi
  readonly watch: NodeWatch
}

export async function uploadContent(
  components: Components,
  content: Content,
  options: UploadOptions,
): Promise<Dataset> {
  const { onProgress, signal } = options
  const call = callOptions(options)
  const source = sourceOf(content)
  signal?.throwIfAborted()
  const unfollow =
    onProgress === undefined
      ? undefined
      : components.watch.follow(({ reference }) => reference === call.reference, onProgress)
  try {
    const upload = source instanceof Blob ? components.api.upload(source, call) : pump(components.api, source, call)
    const dataset = await upload
    onProgress?.({ ...progress(dataset.sizeBytes, dataset.sizeBytes), phase: { state: 'done' } })
    return dataset
  } finally {
    unfollow?.()
  }
}

export async function openSession({ api, watch }: Components, options: UploadOptions): Promise<UploadSession> {
  const { onProgress } = options
  const call = callOptions(options)
  const session = await api.openUpload(call)
  if (onProgress === undefined) return new UploadSession(session)
  const unfollow = watch.follow(({ reference }) => reference === call.reference, onProgress)
  return new UploadSession({
    write: (bytes) => session.write(bytes),
    close: () => session.close().finally(unfollow),
    abort: () => session.abort().finally(unfollow),
  })
}

function callOptions({ name, mediaType, blockSizeBytes, isAnnounced, signal }: UploadOptions): UploadCallOptions {
  if (name !== undefined) checkText(name, '“name”')
  if (mediaType !== undefined) checkText(mediaType, '“mediaType”')
  checkBlockSize(blockSizeBytes)
  const given = { name, mediaType, blockSizeBytes, isAnnounced, signal }
  const known = Object.entries(given).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(known), reference: crypto.randomUUID() }
}

function sourceOf(content: Content): Blob | AsyncIterable<Uint8Array> {
  if (content instanceof Blob) return content
  if (content instanceof ArrayBuffer) return new Blob([content])
  if (ArrayBuffer.isView(content)) {
    return new Blob([new Uint8Array(content.buffer, content.byteOffset, content.byteLength).slice()])
  }
  if (typeof Response === 'function' && content instanceof Response) return streamOf(bodyOf(content))
  if (content instanceof ReadableStream) return streamOf(content)
  if (isAsyncIterable(content)) return content
  const allowed = 'a File, a Blob, bytes, a ReadableStream or a Response'
  throw invalid(`An upload takes ${allowed}, not ${kindOf(content)}.`)
}

function bodyOf({ body, bodyUsed, ok, status }: Response): ReadableStream<Uint8Array> {
  if (!ok) throw invalid(`The response has the status ${status}: its body is not what was asked for.`)
  if (body === null || bodyUsed) throw invalid('The response has no body that could be read.')
  return body
}

function isAsyncIterable(value: unknown): value is AsyncIterable<Uint8Array> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

/** Safari’s ReadableStream is not async iterable. */
async function* streamOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (stream.locked) throw invalid('The stream is read by somebody else already.')
  const reader = stream.getReader()
  let hasEnded = false
  try {
    while (true) {
      const { done, value } = await reader.read()
      hasEnded = done
      if (done) return
      yield value
    }
  } finally {
    if (!hasEnded) void reader.cancel().catch(() => undefined)
  }
}

async function pump(api: NodeApi, source: AsyncIterable<Uint8Array>, call: UploadCallOptions): Promise<Dataset> {
  const session = new UploadSession(await api.openUpload(call))
  const pieces = reading(source)
  try {
    for await (const piece of pieces) {
      call.signal?.throwIfAborted()
      await session.write(piece)
    }
    return await session.close()
  } catch (error) {
    await session.abort().catch(() => undefined)
    throw error
  }
}

/** A source that fails is told from a store that does. */
async function* reading(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = source[Symbol.asyncIterator]()
  let isOpen = true
  try {
    while (true) {
      const next = await pieces.next().catch((cause: unknown) => {
        isOpen = false
        throw cause instanceof QuireError ? cause : unreadable(cause)
      })
      if (next.done === true) {
        isOpen = false
        return
      }
      yield next.value
    }
  } finally {
    if (isOpen) void pieces.return?.().catch(() => undefined)
  }
}

function unreadable(cause: unknown): QuireError {
  return new QuireError('ERR_FILE_UNREADABLE', 'The stream failed before its end.', { cause })
}
