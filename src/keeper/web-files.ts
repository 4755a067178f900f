/**
 * The built app as it is served: every file read once, at the start.
 *
 * Only what was in the folder then has an address, so no request can name a path outside it, and a rebuild while the
 * keeper runs never gives half of the old app and half of the new one.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { QuireError } from '../errors.ts'

export interface WebFile {
  readonly body: Buffer
  /** The same compressed, where that saves something. */
  readonly gzipped?: Buffer | undefined
  readonly mediaType: string
  /** Strong, of the uncompressed body, with its quotation marks. */
  readonly etag: string
  /** The name holds a hash of the content, so it never changes. */
  readonly isImmutable: boolean
}

/** By URL path, “/” included where there is an `index.html`. */
export type WebFiles = ReadonlyMap<string, WebFile>

// The app is a few MB; a folder that is far larger was named by mistake.
const MAX_APP_BYTES = 128 * 1024 * 1024
const MIN_COMPRESSED_BYTES = 1024
const HASHED_NAME = /-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/

const MEDIA_TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.map', 'application/json; charset=utf-8'],
  ['.webmanifest', 'application/manifest+json; charset=utf-8'],
  ['.txt', 'text/plain; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.webp', 'image/webp'],
  ['.woff2', 'font/woff2'],
  ['.wasm', 'application/wasm'],
])
const COMPRESSED_ALREADY = new Set(['.png', '.ico', '.webp', '.woff2'])

const compress = promisify(gzip)

/**
 * The files of `folder`; empty where there is no such folder (the app is not built yet).
 *
 * Errors: `ERR_OPTION_INVALID` (the folder is too large to be the app).
 */
export async function readWebFiles(folder: string): Promise<WebFiles> {
  const files = new Map<string, WebFile>()
  let totalBytes = 0
  for (const path of await filesIn(folder)) {
    const body = await readFile(path)
    totalBytes += body.byteLength
    if (totalBytes > MAX_APP_BYTES) {
      throw new QuireError('ERR_OPTION_INVALID', `The folder ${folder} is larger than 128 MiB, so it is not the app’s.`)
    }
    files.set(`/${relative(folder, path).split(sep).join('/')}`, await webFile(path, body))
  }
  const index = files.get('/index.html')
  if (index !== undefined) files.set('/', index)
  return files
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    // Symbolic links are no files here: one could lead out of the folder.
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new QuireError('ERR_OPTION_INVALID', `The app’s folder ${folder} cannot be read.`, { cause: error })
  }
}

async function webFile(path: string, body: Buffer): Promise<WebFile> {
  const extension = extname(path).toLowerCase()
  const isWorthCompressing = body.byteLength >= MIN_COMPRESSED_BYTES && !COMPRESSED_ALREADY.has(extension)
  return {
    body,
    gzipped: isWorthCompressing ? await compress(body) : undefined,
    mediaType: MEDIA_TYPES.get(extension) ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`,
    isImmutable: HASHED_NAME.test(path),
  }
}
