/** Where an owner’s waiting messages are in the table “envelopes”: by community, log and day. */
import { concat } from '../../codec/concat.ts'
import { fromHex } from '../crypto/hex.ts'
import { keccak256 } from '../crypto/keccak.ts'
import type { CommunityId } from '../ids.ts'
import type { KvRange } from '../../store/kv.ts'

const NAME_BYTES = 8
const NUMBER_BYTES = 4
const LAST_NUMBER = 0xffff_ffff

/** hashes: one record a day, of all that came · messages: records of those that wait. */
export type EnvelopeKind = 'hashes' | 'messages'

/** Every record of every log of a community. */
export function communityRange(community: CommunityId): KvRange {
  const start = fromHex(community)
  const longest = 2 + NAME_BYTES + 2 * NUMBER_BYTES
  return { start, end: concat(start, new Uint8Array(longest).fill(0xff)) }
}

/** Community (33 bytes) ‖ hash of the log’s name (8) ‖ kind (1) ‖ day since 1970 (4) ‖ number (4). */
export class EnvelopeKeys {
  readonly #prefix: Uint8Array

  constructor(community: CommunityId, log: string) {
    const name = keccak256(new TextEncoder().encode(log)).subarray(0, NAME_BYTES)
    this.#prefix = concat(fromHex(community), name)
  }

  key(kind: EnvelopeKind, day: number, number: number): Uint8Array {
    const tail = new Uint8Array(1 + 2 * NUMBER_BYTES)
    const view = new DataView(tail.buffer)
    view.setUint8(0, kind === 'hashes' ? 0 : 1)
    view.setUint32(1, day)
    view.setUint32(1 + NUMBER_BYTES, number)
    return concat(this.#prefix, tail)
  }

  /** From one day to another, the last one included. */
  range(kind: EnvelopeKind, firstDay: number, lastDay: number): KvRange {
    // A key one byte longer than the last one comes right after it.
    const end = concat(this.key(kind, lastDay, LAST_NUMBER), new Uint8Array(1))
    return { start: this.key(kind, firstDay, 0), end }
  }

  dayOf(key: Uint8Array): number {
    return new DataView(key.buffer, key.byteOffset + this.#prefix.byteLength).getUint32(1)
  }
}
