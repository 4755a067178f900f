/** Archive ids: “0x” and keccak-256 of the encoded index entry. Source: status-go, archive creation. */
import {
  type ArchiveIndexEntry,
  encodeIndexEntry,
  encodeTorrentIndexEntry,
  type TorrentIndexEntry,
} from '../codec/history/archive-index.ts'
import { toHex } from './crypto/hex.ts'
import { keccak256 } from './crypto/keccak.ts'
import type { ArchiveId } from './ids.ts'

/** The same with and without a search index, of which Status knows nothing. */
export function archiveId({ version, metadata, cid }: ArchiveIndexEntry): ArchiveId {
  return toHex(keccak256(encodeIndexEntry({ version, metadata, cid }))) as ArchiveId
}

/** Of the older transport: the same archive has another id there. */
export function torrentArchiveId(entry: TorrentIndexEntry): ArchiveId {
  return toHex(keccak256(encodeTorrentIndexEntry(entry))) as ArchiveId
}
