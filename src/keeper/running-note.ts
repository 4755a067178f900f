/** The note `keeper.json` in the data folder: says that a keeper runs here, where, and under which token file. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { QuireError } from '../errors.ts'
import { readPrivateFile, writePrivateFile } from './private-file.ts'

const NOTE_FILE = 'keeper.json'

/** What a program on this machine needs to reach the keeper. */
export interface RunningNote {
  readonly pid: number
  /** Base URL of the HTTP server, without a slash at the end. */
  readonly url: string
  readonly token: string
  readonly peerId: string
}

/** The note of a keeper that runs with this data folder; undefined where none runs (a note that a crash left does not count). */
export async function readRunningNote(dataDir: string): Promise<RunningNote | undefined> {
  const bytes = await readPrivateFile(join(dataDir, NOTE_FILE))
  const note = bytes === undefined ? undefined : decodeNote(bytes.toString('utf8'))
  return note !== undefined && isAlive(note.pid) ? note : undefined
}

export async function writeRunningNote(dataDir: string, note: RunningNote): Promise<void> {
  await writePrivateFile(join(dataDir, NOTE_FILE), `${JSON.stringify(note, undefined, 2)}\n`)
}

export async function removeRunningNote(dataDir: string): Promise<void> {
  await rm(join(dataDir, NOTE_FILE), { force: true })
}

/** Refuses a data folder that another keeper has open. Errors: `ERR_KEEPER_RUNNING`. */
export async function requireNoKeeper(dataDir: string): Promise<void> {
  const note = await readRunningNote(dataDir)
  if (note === undefined) return
  throw new QuireError(
    'ERR_KEEPER_RUNNING',
    `A keeper already runs with ${dataDir}, at ${note.url} (process ${note.pid}).`,
  )
}

function decodeNote(text: string): RunningNote | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // A note that does not parse is of no keeper that runs: notes are written whole.
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { pid, url, token, peerId } = value as Record<string, unknown>
  const isNote = typeof url === 'string' && typeof token === 'string' && typeof peerId === 'string'
  return isNote && typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0
    ? { pid, url, token, peerId }
    : undefined
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: the process exists and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
