/** Small files that only their owner may read: the peer key, the API token, the note about a running keeper. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { QuireError } from '../errors.ts'

const OWNER_ONLY_FILE = 0o600
const OWNER_ONLY_FOLDER = 0o700

/**
 * Writes a file of mode 0600 whole or not at all; missing folders are made with mode 0700.
 *
 * Errors: `ERR_DATA_FOLDER_UNUSABLE`.
 */
export async function writePrivateFile(path: string, content: Uint8Array | string): Promise<void> {
  const draft = `${path}.${process.pid}.part`
  try {
    await mkdir(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER })
    await writeFile(draft, content, { mode: OWNER_ONLY_FILE })
    await rename(draft, path)
  } catch (cause) {
    // Where there is no folder there is no draft.
    await rm(draft, { force: true }).catch(() => undefined)
    throw new QuireError('ERR_DATA_FOLDER_UNUSABLE', `The file ${path} cannot be written.`, { cause })
  }
}

/** The bytes of a file, undefined where there is none. Errors: `ERR_DATA_FOLDER_UNUSABLE`. */
export async function readPrivateFile(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw new QuireError('ERR_DATA_FOLDER_UNUSABLE', `The file ${path} cannot be read.`, { cause })
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
