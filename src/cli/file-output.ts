import { randomBytes } from 'node:crypto'
import { open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { QuireError } from '../errors.ts'

/**
 * Writes a file whole or not at all: `fill` writes into a draft beside `path`, which takes its name at the end.
 *
 * Where `fill` fails or is aborted, no draft is left and an older file at `path` stays as it was.
 * Errors: `ERR_SAVE_FAILED`, those of `fill`.
 */
export async function writeWhole(
  path: string,
  fill: (write: (piece: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<void> {
  await refuseFolder(path)
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.part`)
  const file = await open(draft, 'wx').catch((cause: unknown) => {
    throw saveFailed(path, cause)
  })
  try {
    try {
      await fill(async (piece) => {
        await file.writeFile(piece).catch((cause: unknown) => {
          throw saveFailed(path, cause)
        })
      })
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

async function refuseFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory() === true) throw new QuireError('ERR_SAVE_FAILED', `${path} is a folder, not a file.`)
}

function saveFailed(path: string, cause: unknown): QuireError {
  const reason = cause instanceof Error ? `: ${cause.message}` : ''
  return new QuireError('ERR_SAVE_FAILED', `${path} cannot be written${reason}.`, { cause })
}
