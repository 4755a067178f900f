/** Reads what an upload request says about itself, and gets rid of the body of one that is refused. */
import type { IncomingMessage } from 'node:http'
import { QuireError } from '../errors.ts'
import { MAX_BLOCK_SIZE_BYTES, MIN_BLOCK_SIZE_BYTES } from '../codec/manifest.ts'
import type { UploadLabel } from './dataset-node.ts'

/** A media type without parameters. */
export const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/i
// A name for display and saving: no path, nothing unprintable.
const FILE_NAME = /^[^/\\\p{Cc}]{1,255}$/u

const MAX_SWALLOWED_BYTES = 64 * 1024 * 1024
const MAX_SWALLOW_MS = 5_000

/**
 * Name, type and block size of an upload, from `Content-Disposition`, `Content-Type` and `?blockSize=`.
 *
 * Errors: `ERR_OPTION_INVALID` with details `field`.
 */
export function uploadLabel(request: IncomingMessage, query: URLSearchParams): UploadLabel {
  const mimetype = request.headers['content-type']?.split(';')[0]?.trim()
  if (mimetype !== undefined && !MEDIA_TYPE.test(mimetype)) throw invalid('Content-Type', 'This is no media type.')
  const filename = fileNameOf(request.headers['content-disposition'])
  if (filename !== undefined && !FILE_NAME.test(filename)) throw invalid('filename', 'This is no file name.')
  return { filename, mimetype, blockSizeBytes: blockSizeOf(query.get('blockSize')) }
}

/** The `Content-Length`, undefined for a body of unknown length. */
export function bodySizeBytes(request: IncomingMessage): number | undefined {
  const header = request.headers['content-length']
  return header === undefined ? undefined : Number(header)
}

/**
 * Reads the rest of a body that nobody wants, without keeping anything, up to a limit in bytes and in time.
 *
 * Cut off at once, the client would not get to read why; left to Node, the body could go on for ever.
 */
export function swallowBody(request: IncomingMessage): void {
  if (!hasBody(request) || request.readableEnded || request.destroyed) return
  let swallowedBytes = 0
  const timer = setTimeout(() => request.destroy(), MAX_SWALLOW_MS)
  request.on('data', (chunk: Uint8Array) => {
    swallowedBytes += chunk.byteLength
    if (swallowedBytes > MAX_SWALLOWED_BYTES) request.destroy()
  })
  for (const over of ['end', 'close']) request.once(over, () => clearTimeout(timer))
  request.resume()
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function fileNameOf(disposition: string | undefined): string | undefined {
  if (disposition === undefined) return undefined
  const extended = /;\s*filename\*\s*=\s*utf-8''([^;\s]+)/i.exec(disposition)?.[1]
  if (extended !== undefined) return decodePercent(extended)
  const quoted = /;\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1]
  // Node reads header bytes as Latin-1; most clients send UTF-8.
  if (quoted !== undefined) return Buffer.from(quoted.replace(/\\(.)/g, '$1'), 'latin1').toString('utf8')
  return /;\s*filename\s*=\s*([^;\s"]+)/i.exec(disposition)?.[1]
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new QuireError('ERR_OPTION_INVALID', 'This is no file name.', { cause, details: { field: 'filename' } })
  }
}

function blockSizeOf(text: string | null): number | undefined {
  if (text === null) return undefined
  const size = Number(text)
  const isPowerOfTwo = Number.isSafeInteger(size) && Number.isInteger(Math.log2(size))
  if (isPowerOfTwo && size >= MIN_BLOCK_SIZE_BYTES && size <= MAX_BLOCK_SIZE_BYTES) return size
  throw invalid(
    'blockSize',
    `The block size is a power of two from ${MIN_BLOCK_SIZE_BYTES} to ${MAX_BLOCK_SIZE_BYTES}.`,
  )
}

function invalid(field: string, message: string): QuireError {
  return new QuireError('ERR_OPTION_INVALID', message, { details: { field } })
}
