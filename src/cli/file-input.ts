/** Files that are read: by name, or standard input as “-”. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { QuireError } from '../errors.ts'
import type { CliIo } from './io.ts'
import { mediaTypeOf } from './media-types.ts'

export const STANDARD_STREAM = '-'

/** Large enough for the disk, small enough for memory. */
const READ_BYTES = 1024 * 1024

export interface LabelOptions {
  readonly name?: string
  readonly type?: string
  /** Neither name nor type: the CID of the content alone. */
  readonly bare?: boolean
}

export interface FileInput {
  readonly content: AsyncIterable<Uint8Array>
  /** Undefined for what is no plain file. */
  readonly sizeBytes: number | undefined
  readonly filename: string | undefined
  readonly mimetype: string | undefined
}

/**
 * Opens a file for one reading from start to end.
 *
 * Name and media type are those that the page would give the same file, unless `label` says otherwise; standard input has
 * neither. Errors: `ERR_FILE_UNREADABLE`, `ERR_EMPTY_FILE`.
 */
export async function openInput(
  path: string,
  label: LabelOptions,
  io: Pick<CliIo, 'stdin' | 'signal'>,
): Promise<FileInput> {
  if (path === STANDARD_STREAM) {
    return { content: io.stdin, sizeBytes: undefined, filename: label.name, mimetype: label.type }
  }
  const sizeBytes = await sizeOf(path)
  const filename = label.bare === true ? undefined : (label.name ?? basename(path))
  const mimetype =
    label.bare === true ? undefined : (label.type ?? (filename === undefined ? undefined : mediaTypeOf(filename)))
  return { content: contentOf(path, io.signal), sizeBytes, filename, mimetype }
}

async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
  if (found.isDirectory()) throw new QuireError('ERR_FILE_UNREADABLE', `${path} is a folder.`)
  if (!found.isFile()) return undefined
  if (found.size === 0) throw new QuireError('ERR_EMPTY_FILE', `${path} is empty.`)
  return found.size
}

async function* contentOf(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: READ_BYTES, signal }) as AsyncIterable<Uint8Array>
  } catch (cause) {
    signal.throwIfAborted()
    throw unreadable(path, cause)
  }
}

function unreadable(path: string, cause: unknown): QuireError {
  const why = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? 'does not exist' : 'cannot be read'
  return new QuireError('ERR_FILE_UNREADABLE', `${path} ${why}.`, { cause })
}
