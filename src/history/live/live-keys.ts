/** Keys and tables of what is kept of live messages. All numbers are big-endian, so that keys order by time. */
import { concat } from '../../codec/concat.ts'
import { fromHex } from '../crypto/hex.ts'
import type { CommunityId } from '../ids.ts'

/**
 * envelopes: community, time, id → envelope · ids: community, id → time, and another id that goes with it · outbox: community, time, id → nothing, while nobody
 * took it · facts: community, kind, rest → see `FACT`.
 */
export const LIVE_TABLES = ['envelopes', 'ids', 'outbox', 'facts'] as const
export type LiveTable = (typeof LIVE_TABLES)[number]

/**
 * link, description: clock and envelope · totals: count and bytes of the envelopes · asked: peer → span that it told of ·
 * unjudged: count and bytes of those that could not be opened · unjudgedOne: time, id of each of them → nothing.
 */
export const FACT = { link: 1, description: 2, totals: 3, asked: 4, unjudged: 5, unjudgedOne: 6 } as const

export const COMMUNITY_BYTES = 33
/** Of a message’s id, or of an envelope that cannot be opened yet. */
const ID_BYTES = 32
export const TIME_BYTES = 8
export const CURSOR_BYTES = TIME_BYTES + ID_BYTES

export function communityBytes(community: CommunityId): Uint8Array {
  return fromHex(community)
}

export function timeBytes(ms: number): Uint8Array {
  const bytes = new Uint8Array(TIME_BYTES)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(Math.max(0, Math.floor(ms))))
  return bytes
}

export function readTime(bytes: Uint8Array, at = 0): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset + at, TIME_BYTES).getBigUint64(0))
}

export function envelopeKey(community: Uint8Array, atMs: number, id: Uint8Array): Uint8Array {
  return concat(community, timeBytes(atMs), id)
}

/** Time and id at the end of a key of `envelopes` or `outbox`. */
export function partsOfKey(key: Uint8Array): { atMs: number; id: Uint8Array } {
  return { atMs: readTime(key, COMMUNITY_BYTES), id: key.slice(COMMUNITY_BYTES + TIME_BYTES) }
}

/** The first key after all that begin with `prefix`. */
export function after(prefix: Uint8Array): Uint8Array {
  return concat(prefix, new Uint8Array(CURSOR_BYTES + 64).fill(0xff))
}
