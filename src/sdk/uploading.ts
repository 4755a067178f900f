/** Content of every kind on its way into the node. */
import { QuireError } from '../errors.ts'
import type { UploadCallOptions } from '../rpc/api.ts'
import { callBack } from './call-back.ts'
import { checkBlockSize, checkText, invalid, kindOf } from './check.ts'
import { progress } from './node-watch.ts'
import type { UploadOptions } from './options.ts'
import type { RunningNode } from './quire-life.ts'
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

export async function uploadContent(node: RunningNode, content: Content, options: UploadOptions): Promise<Dataset> {
  const { onProgress, signal } = options
  const call = callOptions(options)
  const source = sourceOf(content)
  signal?.throwIfAborted()
  const unfollow =
    onProgress === undefined
      ? undefined
      : node.watch.follow(({ reference }) => reference === call.reference, onProgress)
  try {
    const dataset = await (source instanceof Blob ? node.api.upload(source, call) : pump(node, source, call))
    if (onProgress !== undefined) {
      callBack(onProgress, { ...progress(dataset.sizeBytes, dataset.sizeBytes), phase: { state: 'done' } })
    }
    return dataset
  } finally {
    unfollow?.()
  }
}

export async function openSession({ api, watch }: RunningNode, options: UploadOptions): Promise<UploadSession> {
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
  if (content instanceof Response) return streamOf(bodyOf(content))
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

/** Safari’s ReadableStream is not async iterable; and a generator that waits for a read could not be ended. */
function streamOf(stream: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  if (stream.locked) throw invalid('The stream is read by somebody else already.')
  const reader = stream.getReader()
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const { done, value } = await reader.read()
    return done ? { done, value: undefined } : { done, value }
  }
  const cancel = async (): Promise<IteratorResult<Uint8Array>> => {
    await reader.cancel()
    return { done: true, value: undefined }
  }
  return { [Symbol.asyncIterator]: () => ({ next, return: cancel }) }
}

/** Whatever ends it, the session is over and the source let go of. */
async function pump({ api, calls }: RunningNode, source: AsyncIterable<Uint8Array>, call: UploadCallOptions) {
  const pieces = source[Symbol.asyncIterator]()
  let isOpen = true
  const read = async (): Promise<IteratorResult<Uint8Array>> => {
    try {
      const next = await pieces.next()
      isOpen = next.done !== true
      return next
    } catch (cause) {
      isOpen = false
      throw unreadable(cause)
    }
  }
  let session: UploadSession | undefined
  try {
    session = new UploadSession(await api.openUpload(call))
    while (true) {
      const { done, value } = await calls.settled(read(), call.signal)
      if (done === true) return await session.close()
      await session.write(value)
    }
  } catch (error) {
    await session?.abort().catch(() => undefined)
    throw error
  } finally {
    if (isOpen) void pieces.return?.().catch(() => undefined)
  }
}

/** A source that fails is told from a store that does. */
function unreadable(cause: unknown): QuireError {
  if (cause instanceof QuireError) return cause
  return new QuireError('ERR_FILE_UNREADABLE', 'The stream failed before its end.', { cause })
}
