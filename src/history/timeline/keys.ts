/**
 * Keys of the history database: all begin with the community’s 33 bytes; numbers are big-endian, so that keys order as they do.
 *
 *   segments, ids, filters   community · segment
 *   pages, effects           community · segment · number
 *   blobs                    community · segment · pack        (segment 0xffffffff: avatars by hash)
 *   terms                    community · bucket · from (s) · segment
 *   meta                     community · name · number
 *
 * Segment 0 has the live messages; an archive gets the next number when it is read.
 */
import type { KvRange } from '../../store/kv.ts'
import type { CommunityId } from '../ids.ts'
import { RecordWriter } from './record-bytes.ts'

export const LIVE_SEGMENT = 0
const AVATAR_SEGMENT = 0xffffffff
const META_NAMES = ['channels', 'names', 'counter', 'reading'] as const

/** Of all records of a community in any table, or of those of one segment. */
export function communityKey(community: CommunityId): Uint8Array {
  return new RecordWriter(33).hex(community).finish()
}

export function numberedKey(community: CommunityId, ...numbers: readonly number[]): Uint8Array {
  const key = new Uint8Array(33 + 4 * numbers.length)
  key.set(communityKey(community))
  const view = new DataView(key.buffer)
  for (const [i, number] of numbers.entries()) view.setUint32(33 + 4 * i, number)
  return key
}

export function termsKey(
  community: CommunityId,
  { bucket, fromS, segment }: { bucket: number; fromS: number; segment: number },
): Uint8Array {
  const key = new Uint8Array(33 + 9)
  key.set(communityKey(community))
  const view = new DataView(key.buffer)
  view.setUint8(33, bucket)
  view.setUint32(34, fromS)
  view.setUint32(38, segment)
  return key
}

export function avatarKey(community: CommunityId, hash: string): Uint8Array {
  const bytes = new RecordWriter(16).hex(hash).finish()
  const key = new Uint8Array(37 + bytes.byteLength)
  key.set(numberedKey(community, AVATAR_SEGMENT))
  key.set(bytes, 37)
  return key
}

export function metaKey(community: CommunityId, name: (typeof META_NAMES)[number], number = 0): Uint8Array {
  return numberedKey(community, META_NAMES.indexOf(name), number)
}

export function metaRange(community: CommunityId, name: (typeof META_NAMES)[number]): KvRange {
  return rangeOf(numberedKey(community, META_NAMES.indexOf(name)))
}

/** All keys that begin with `prefix`. */
export function rangeOf(prefix: Uint8Array): KvRange {
  const end = prefix.slice()
  for (let i = end.byteLength - 1; i >= 0; i--) {
    const byte = end[i] ?? 0
    end[i] = (byte + 1) & 0xff
    if (byte !== 0xff) return { start: prefix, end: end.subarray(0, i + 1) }
  }
  return { start: prefix, end: new Uint8Array(256).fill(0xff) }
}

/** The number that a key of `numberedKey` has at a place, 0-based. */
export function numberInKey(key: Uint8Array, place: number): number {
  return new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(33 + 4 * place)
}
