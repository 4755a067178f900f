/** Content on its way out of the node: as a stream, in one piece, as a Blob. */
import { QuireError } from '../errors.ts'
import type { NodeApi } from '../rpc/api.ts'
import { checkRange, cidOfLink } from './check.ts'
import { callBack } from './call-back.ts'
import { progress } from './node-watch.ts'
import type { CollectOptions, DownloadOptions } from './options.ts'
import type { Progress } from './views.ts'

const DEFAULT_MAX_BYTES = 1024 ** 3
const PROGRESS_INTERVAL_MS = 250

type Bytes = Uint8Array<ArrayBuffer>

export async function openStream(api: NodeApi, link: string, options: DownloadOptions): Promise<ReadableStream<Bytes>> {
  const { onProgress, range, isLocal, signal } = options
  cidOfLink(link)
  checkRange(range)
  signal?.throwIfAborted()
  if (onProgress === undefined) return api.stream(link, { range, isLocal, signal })
  const totalBytes = await sizeOf(api, link, options)
  const content = await api.stream(link, { range, isLocal, signal })
  return counted(content, totalBytes, onProgress)
}

export async function collect(api: NodeApi, link: string, options: CollectOptions): Promise<Bytes> {
  const { maxBytes = DEFAULT_MAX_BYTES } = options
  cidOfLink(link)
  checkRange(options.range)
  const sizeBytes = await sizeOf(api, link, options)
  if (sizeBytes > maxBytes) {
    throw new QuireError('ERR_CONTENT_TOO_LARGE', `These are ${sizeBytes} bytes; at most ${maxBytes} are collected.`, {
      details: { sizeBytes, maxBytes },
    })
  }
  // The size is the manifest’s word: memory is taken as bytes come that were verified.
  const pieces: Bytes[] = []
  const reader = (await openStream(api, link, options)).getReader()
  while (true) {
    const { done, value } = await reader.read()
    if (done) return joined(pieces)
    pieces.push(value)
  }
}

/** As large as the browser lets a Blob be: it keeps large ones on disk. */
export async function collectBlob(api: NodeApi, link: string, options: DownloadOptions): Promise<Blob> {
  cidOfLink(link)
  checkRange(options.range)
  const { isLocal, signal } = options
  const { mediaType = '' } = await api.manifest(link, { isLocal, signal })
  const content = await openStream(api, link, options)
  const blob = await new Response(content).blob()
  return blob.slice(0, blob.size, mediaType)
}

/** How many bytes will come. */
async function sizeOf(api: NodeApi, link: string, { range, isLocal, signal }: DownloadOptions): Promise<number> {
  const { sizeBytes } = await api.manifest(link, { isLocal, signal })
  if (range === undefined) return sizeBytes
  return Math.max(0, Math.min(range.endByte, sizeBytes) - range.startByte)
}

function joined(pieces: readonly Bytes[]): Bytes {
  const all = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.byteLength
  }
  return all
}

function counted(
  content: ReadableStream<Bytes>,
  totalBytes: number,
  onProgress: (progress: Progress) => void,
): ReadableStream<Bytes> {
  const startedAt = performance.now()
  let [doneBytes, toldAt] = [0, Number.NEGATIVE_INFINITY]
  const tell = (now: number): void => {
    toldAt = now
    const seconds = (now - startedAt) / 1000
    callBack(onProgress, { ...progress(doneBytes, totalBytes), bytesPerSecond: seconds > 0 ? doneBytes / seconds : 0 })
  }
  const reader = content.getReader()
  // Not by a TransformStream, which reads a piece ahead: what nobody reads is not to be fetched.
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        const { done, value } = await reader.read()
        const now = performance.now()
        if (done) {
          tell(now)
          return controller.close()
        }
        controller.enqueue(value)
        doneBytes += value.byteLength
        if (now - toldAt >= PROGRESS_INTERVAL_MS) tell(now)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
