/**
 * The index of a community’s archives: a map from archive id to what it is about and where it is.
 *
 *   Logos Storage: { 1 version · 2 metadata · 3 cid }        torrent: { 1 version · 2 metadata · 3 offset · 4 size · 5 padding }
 *
 * Ours beside them is 100 searchCid, which readers that do not know it skip. The id is “0x” and keccak-256 of the entry
 * without it (`history/archive-id.ts`), so it is the one that Status computes. Keys are written sorted, so that equal
 * content gives an equal CID; status-go writes them in any order. Source: status-go, protobuf/communities.proto.
 */
import { map, proto3, string, submessage, uint32, uint64, utf8 } from '../pb/proto3.ts'
import { optional } from '../pb/schema.ts'
import { type ArchiveMetadata, archiveMetadata } from './archive.ts'
import { withCode } from './failure.ts'

export interface ArchiveIndexEntry {
  readonly version: number
  readonly metadata?: ArchiveMetadata | undefined
  /** Base58btc CID of the archive’s manifest, “zDv…”. */
  readonly cid: string
  /** Base58btc CID of the manifest of the archive’s search index; it is in no other implementation. */
  readonly searchCid?: string | undefined
}

/** Archive id → entry. */
export type ArchiveIndex = ReadonlyMap<string, ArchiveIndexEntry>

/** Of the older transport; byte positions in its one data file. */
export interface TorrentIndexEntry {
  readonly version: number
  readonly metadata?: ArchiveMetadata | undefined
  readonly offset: number
  readonly size: number
  readonly padding: number
}

export type TorrentIndex = ReadonlyMap<string, TorrentIndexEntry>

/** Ours: 380 years of weeks. */
export const MAX_INDEX_ENTRIES = 20_000
/** Ours. */
export const MAX_INDEX_BYTES = 8_388_608
/** Entries, and the content topics of all of them. */
const MAX_ELEMENTS = 1_000_000

const indexEntry = proto3<ArchiveIndexEntry>({
  version: uint32(1),
  metadata: submessage(2, archiveMetadata),
  cid: string(3),
  searchCid: optional(100, utf8),
})
const index = proto3({ archives: map(1, indexEntry, MAX_INDEX_ENTRIES) })

const torrentEntry = proto3<TorrentIndexEntry>({
  version: uint32(1),
  metadata: submessage(2, archiveMetadata),
  offset: uint64(3),
  size: uint64(4),
  padding: uint64(5),
})
const torrentIndex = proto3({ archives: map(1, torrentEntry, MAX_INDEX_ENTRIES) })

/** What the archive id is the hash of. */
export function encodeIndexEntry(entry: ArchiveIndexEntry): Uint8Array {
  return indexEntry.encode(entry)
}

export function encodeArchiveIndex(archives: ArchiveIndex): Uint8Array {
  return index.encode({ archives })
}

/** Errors: `ERR_INDEX_INVALID`. */
export function decodeArchiveIndex(input: Uint8Array): ArchiveIndex {
  return withCode('ERR_INDEX_INVALID', () => index.decode(input, MAX_ELEMENTS).archives)
}

export function encodeTorrentIndexEntry(entry: TorrentIndexEntry): Uint8Array {
  return torrentEntry.encode(entry)
}

export function encodeTorrentIndex(archives: TorrentIndex): Uint8Array {
  return torrentIndex.encode({ archives })
}

/** Errors: `ERR_INDEX_INVALID`. */
export function decodeTorrentIndex(input: Uint8Array): TorrentIndex {
  return withCode('ERR_INDEX_INVALID', () => torrentIndex.decode(input, MAX_ELEMENTS).archives)
}
