/** The calls of the control API that move content: upload, download, manifest. */
import { pipeline } from 'node:stream/promises'
import { type ManifestCid, parseManifestCid } from '../codec/cid.ts'
import { MAX_LINK_ADDRESSES } from '../codec/link-addresses.ts'
import { DEFAULT_BLOCK_SIZE_BYTES, type Manifest } from '../codec/manifest.ts'
import { QuireError } from '../errors.ts'
import type { ApiExchange } from './api-exchange.ts'
import { manifestJson } from './api-views.ts'
import type { HolderOptions } from './dataset-node.ts'
import { replyJson, replyText } from './http-reply.ts'
import { bodySizeBytes, MEDIA_TYPE, uploadLabel } from './upload-request.ts'

/** POST /data: the body becomes a dataset, the answer is its CID as text. */
export async function postData(call: ApiExchange): Promise<void> {
  const { node, request, response, query, signal } = call
  const label = uploadLabel(request, query)
  const sizeBytes = bodySizeBytes(request)
  if (sizeBytes !== undefined) await requireRoom(call, { sizeBytes, blockSizeBytes: label.blockSizeBytes })
  // A client that waits for leave to send gets it here, once nothing speaks against the upload.
  if (request.headers.expect?.toLowerCase() === '100-continue') response.writeContinue()
  const entry = await node.upload(request, { ...label, signal })
  replyText(response, entry.manifestCid.toString())
}

/** GET /data/{cid}: the content, only from here. */
export async function getLocalData(call: ApiExchange): Promise<void> {
  const cid = parseManifestCid(call.cidText)
  const entry = await call.node.getDataset(cid)
  if (entry === undefined) {
    throw new QuireError('ERR_DATASET_NOT_FOUND', 'The keeper does not hold this dataset.')
  }
  await sendContent(call, { cid, manifest: entry.manifest, isLocal: true })
}

/** GET /data/{cid}/network/stream: the content, what is missing from the network. */
export async function streamData(call: ApiExchange): Promise<void> {
  const cid = parseManifestCid(call.cidText)
  const { manifest } = await call.node.findManifest(cid, holderOptions(call))
  await sendContent(call, { cid, manifest, isLocal: false })
}

/** GET /data/{cid}/network/manifest: as JSON, or the bytes themselves for `Accept: application/octet-stream`. */
export async function getManifest(call: ApiExchange): Promise<void> {
  const cid = parseManifestCid(call.cidText)
  const { manifest, bytes } = await call.node.findManifest(cid, holderOptions(call))
  if (call.request.headers.accept !== 'application/octet-stream') {
    replyJson(call.response, { cid: cid.toString(), manifest: manifestJson(manifest) })
    return
  }
  call.response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': bytes.byteLength })
  call.response.end(bytes)
}

/** `?addrs=` (ours): multiaddrs of holders with commas between them; those that are none are passed over by the node. */
export function holderOptions({ query, signal }: ApiExchange): HolderOptions {
  const addresses = (query.get('addrs') ?? '').split(',').filter((address) => address !== '')
  return { addresses: addresses.slice(0, MAX_LINK_ADDRESSES), signal }
}

async function requireRoom(
  call: ApiExchange,
  size: { sizeBytes: number; blockSizeBytes: number | undefined },
): Promise<void> {
  const blockSizeBytes = size.blockSizeBytes ?? DEFAULT_BLOCK_SIZE_BYTES
  const neededBytes = Math.ceil(size.sizeBytes / blockSizeBytes) * blockSizeBytes
  const { freeBytes } = await call.node.space()
  if (neededBytes <= freeBytes) return
  throw new QuireError('ERR_STORE_FULL', `The keeper has ${freeBytes} bytes free; this needs ${neededBytes}.`, {
    details: { neededBytes, freeBytes },
  })
}

async function sendContent(
  call: ApiExchange,
  dataset: { cid: ManifestCid; manifest: Manifest; isLocal: boolean },
): Promise<void> {
  const { node, response, signal } = call
  const { cid, manifest, isLocal } = dataset
  const content = node.read(cid, { isLocal, ...holderOptions(call) })[Symbol.asyncIterator]()
  // The first bytes before the status line: a failure up to here is an answer, a later one only a cut connection.
  const first = await content.next()
  response.writeHead(200, {
    'Content-Type': mediaTypeOf(manifest),
    'Content-Length': manifest.datasetSizeBytes,
    'Content-Disposition': attachment(manifest.filename),
    // The content shares its origin with the app: it must never run there.
    'Content-Security-Policy': 'sandbox',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  })
  await pipeline(resumed(first, content), response, { signal })
}

async function* resumed(
  first: IteratorResult<Uint8Array, unknown>,
  rest: AsyncIterator<Uint8Array, unknown>,
): AsyncGenerator<Uint8Array> {
  try {
    for (let next = first; next.done !== true; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

/** The manifest’s word, if it can stand in a header: whoever made the manifest chose it. */
function mediaTypeOf({ mimetype }: Manifest): string {
  return mimetype !== undefined && MEDIA_TYPE.test(mimetype) ? mimetype : 'application/octet-stream'
}

function attachment(filename: string | undefined): string {
  if (filename === undefined) return 'attachment'
  // RFC 5987 leaves these four to be escaped beside what encodeURIComponent does.
  const encoded = encodeURIComponent(filename.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  )
  return `attachment; filename*=UTF-8''${encoded}`
}
