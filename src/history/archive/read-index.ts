/** From an index’s bytes to entries that can be relied on, and from entries back to bytes. */
import { parseManifestCid } from '../../codec/cid.ts'
import { type ArchiveIndexEntry, decodeArchiveIndex, encodeArchiveIndex } from '../../codec/history/archive-index.ts'
import { isQuireError, QuireError } from '../../errors.ts'
import { archiveId } from '../archive-id.ts'
import type { ArchiveEntry } from './archive-entry.ts'
import { indexEntryOf } from './build-archive.ts'

/** A partition has at most 365 days; longer spans than this would make every other archive look old. */
const MAX_SPAN_SECONDS = 400 * 24 * 3600
/** The year 10,000: what is later has no date that could be shown. */
const MAX_TIME_SECONDS = 253_402_300_800

/** An entry that is not relied on; the others are. */
export interface RefusedEntry {
  readonly id: string
  readonly error: QuireError
}

export interface ReadIndex {
  /** Newest first. */
  readonly entries: readonly ArchiveEntry[]
  readonly refused: readonly RefusedEntry[]
}

/**
 * The entries of an index. Every id is checked to be the hash of its entry, so that none passes for another.
 *
 * Errors: `ERR_INDEX_INVALID` (it does not decode, or none of its entries can be relied on).
 */
export function readIndex(bytes: Uint8Array): ReadIndex {
  const entries: ArchiveEntry[] = []
  const refused: RefusedEntry[] = []
  for (const [id, entry] of decodeArchiveIndex(bytes)) {
    try {
      entries.push(checked(id, entry))
    } catch (error) {
      if (!isQuireError(error)) throw error
      refused.push({ id, error })
    }
  }
  const [first] = refused
  if (entries.length === 0 && first !== undefined) throw first.error
  return { entries: entries.toSorted(newestFirst), refused }
}

/** The index of these entries: equal entries, in whatever order they come, give equal bytes. */
export function encodeIndex(entries: Iterable<ArchiveEntry>): Uint8Array {
  const byId = new Map([...entries].map((entry) => [entry.id, indexEntryOf(entry)]))
  return encodeArchiveIndex(new Map([...byId].toSorted(([a], [b]) => (a < b ? -1 : 1))))
}

/** The newer span first; chunks of one span by id, so that the order is the same everywhere. */
export function newestFirst(a: ArchiveEntry, b: ArchiveEntry): number {
  return b.fromSeconds - a.fromSeconds || b.toSeconds - a.toSeconds || (a.id < b.id ? -1 : 1)
}

function checked(id: string, entry: ArchiveIndexEntry): ArchiveEntry {
  const expected = archiveId(entry)
  if (id !== expected) throw damaged(`The index gives an archive the id ${id}, and its id is ${expected}.`)
  const { fromSeconds = 0, toSeconds = 0, contentTopics = [] } = entry.metadata ?? {}
  const isSpan = toSeconds > fromSeconds && toSeconds - fromSeconds <= MAX_SPAN_SECONDS
  if (!isSpan || toSeconds > MAX_TIME_SECONDS) {
    throw damaged(`Archive ${id} is of no span of time that an archive may have.`)
  }
  // Copies: the views would keep the whole index in memory.
  const topics = contentTopics.map((topic) => topic.slice())
  return { id: expected, cid: cidOf(id, entry.cid), fromSeconds, toSeconds, topics, ...searchOf(entry) }
}

/** One that names nothing is no reason to do without the archive. */
function searchOf({ searchCid }: ArchiveIndexEntry): Pick<ArchiveEntry, 'searchCid'> {
  if (searchCid === undefined || searchCid === '') return {}
  try {
    return { searchCid: parseManifestCid(searchCid) }
  } catch {
    return {}
  }
}

function cidOf(id: string, text: string): ArchiveEntry['cid'] {
  try {
    return parseManifestCid(text)
  } catch (cause) {
    throw new QuireError('ERR_INDEX_INVALID', `Archive ${id} does not name a dataset.`, { cause })
  }
}

function damaged(message: string): QuireError {
  return new QuireError('ERR_INDEX_INVALID', message)
}
