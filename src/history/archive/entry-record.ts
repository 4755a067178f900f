/** Index entries as they are kept in records of this device: small values of JSON. */
import { parseManifestCid } from '../../codec/cid.ts'
import { concat } from '../../codec/concat.ts'
import { fromHex, toHex } from '../crypto/hex.ts'
import type { ArchiveId } from '../ids.ts'
import type { ArchiveEntry } from './archive-entry.ts'

const ARCHIVE_ID = /^0x[0-9a-f]{64}$/
const TOPIC_BYTES = 4

export interface EntryRecord {
  readonly id: string
  readonly cid: string
  readonly fromSeconds: number
  readonly toSeconds: number
  /** Hex of all of them, one after the other. */
  readonly topics: string
  readonly searchCid?: string | undefined
}

export function recordOfEntry({ id, cid, fromSeconds, toSeconds, topics, searchCid }: ArchiveEntry): EntryRecord {
  const search = searchCid === undefined ? {} : { searchCid: searchCid.toString() }
  return { id, cid: cid.toString(), fromSeconds, toSeconds, topics: toHex(concat(...topics)), ...search }
}

/** Undefined where the record cannot be read: what it is about is fetched again. */
export function entryOfRecord(value: unknown): ArchiveEntry | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (!('id' in value && 'cid' in value && 'fromSeconds' in value && 'toSeconds' in value && 'topics' in value)) {
    return undefined
  }
  const { id, cid, fromSeconds, toSeconds, topics } = value
  if (typeof id !== 'string' || !ARCHIVE_ID.test(id) || typeof cid !== 'string') return undefined
  if (typeof topics !== 'string') return undefined
  if (typeof fromSeconds !== 'number' || typeof toSeconds !== 'number') return undefined
  try {
    const names = { id: id as ArchiveId, cid: parseManifestCid(cid) }
    const search = 'searchCid' in value && typeof value.searchCid === 'string' ? value.searchCid : undefined
    const named = search === undefined ? {} : { searchCid: parseManifestCid(search) }
    return { ...names, fromSeconds, toSeconds, topics: topicsOf(topics), ...named }
  } catch {
    return undefined
  }
}

function topicsOf(text: string): Uint8Array[] {
  const bytes = fromHex(text)
  const count = Math.floor(bytes.byteLength / TOPIC_BYTES)
  return Array.from({ length: count }, (_, index) => bytes.slice(index * TOPIC_BYTES, (index + 1) * TOPIC_BYTES))
}
