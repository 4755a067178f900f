/**
 * Messages that were too large for one envelope: cut into segments with Reed–Solomon parity, and put together again.
 *
 *   whole ─ cut ─▶ n segments of equal size (the last one shorter) + ⌊n / 8⌋ parity segments
 *   any n of them, by hash and sender ─▶ whole, whose keccak-256 is the hash
 *
 * Source: status-go, message_segmentation.go; parity where segments and parity are 256 at most.
 */
import { decodeSegment, encodeSegment, type SegmentMessage } from '../../codec/history/segment.ts'
import { concat } from '../../codec/concat.ts'
import { sameBytes } from '../../codec/same-bytes.ts'
import { isQuireError } from '../../errors.ts'
import { toHex } from '../crypto/hex.ts'
import { keccak256 } from '../crypto/keccak.ts'
import { MAX_SHARDS, parityShards, restoreShards } from './reed-solomon.ts'

const HASH_BYTES = 32
/** Field 1 with bytes, 32 of them. */
const FIELD_1_BYTES = 0x0a
const PARITY_RATE = 0.125
/** Ours; the largest message is then some 100 MB. */
const MAX_SEGMENTS = 1024
/** Ours: what parts of unfinished messages may take. The oldest is forgotten first. */
const MAX_PENDING_BYTES = 64 * 2 ** 20
const MAX_PENDING = 1024

/** True for what looks like a segment: other messages begin otherwise. */
export function isSegment(payload: Uint8Array): boolean {
  return payload[0] === FIELD_1_BYTES && payload[1] === HASH_BYTES
}

/** The payload itself where it is small, or its encoded segments. */
export function splitPayload(payload: Uint8Array, segmentBytes: number): readonly Uint8Array[] {
  if (payload.byteLength <= segmentBytes) return [payload]
  const entireMessageHash = keccak256(payload)
  const segmentsCount = Math.ceil(payload.byteLength / segmentBytes)
  const parts = Array.from({ length: segmentsCount }, (_, i) =>
    payload.subarray(i * segmentBytes, (i + 1) * segmentBytes),
  )
  const segments = parts.map((part, index) => encodeSegment({ entireMessageHash, index, segmentsCount, payload: part }))
  const parityCount = Math.floor(segmentsCount * PARITY_RATE)
  if (parityCount === 0 || segmentsCount + parityCount > MAX_SHARDS) return segments
  const shards = parts.map((part) => padded(part, segmentBytes))
  const parity = parityShards(shards, parityCount).map((shard, parityIndex) =>
    encodeSegment({ entireMessageHash, payload: shard, parityIndex, parityCount }),
  )
  return [...segments, ...parity]
}

/** The hash of the whole as hex, and the part’s number, parity after data; undefined where it is no segment after all. */
export function partOf(payload: Uint8Array): { readonly hash: string; readonly number: number } | undefined {
  const segment = readSegment(payload)
  if (segment === undefined) return undefined
  const { entireMessageHash, segmentsCount, index, parityIndex } = segment
  return { hash: toHex(entireMessageHash), number: segmentsCount === 0 ? MAX_SEGMENTS + parityIndex : index }
}

interface Pending {
  /** Undefined while only parity has arrived. */
  segmentsCount: number | undefined
  parityCount: number
  readonly data: Map<number, Uint8Array>
  readonly parity: Map<number, Uint8Array>
  /** False once it was tried and did not give what the parts name. */
  isParityTrusted: boolean
  bytes: number
}

/** Parts of messages until they are whole; bounded. */
export class SegmentStore {
  readonly #pending = new Map<string, Pending>()
  #bytes = 0

  /** Messages of which parts are missing. */
  get size(): number {
    return this.#pending.size
  }

  /** The whole message once enough of it is here; `payload` itself where it is no segment after all. */
  add(payload: Uint8Array, sender: Uint8Array): Uint8Array | undefined {
    const segment = readSegment(payload)
    if (segment === undefined) return payload
    const key = `${toHex(segment.entireMessageHash)}${toHex(sender)}`
    const pending = this.#pending.get(key) ?? this.#open(key)
    if (!this.#keep(pending, segment)) return undefined
    if (!isEnough(pending)) {
      this.#shrink()
      return undefined
    }
    const whole = assemble(pending, segment.entireMessageHash)
    if (whole !== undefined || pending.data.size === pending.segmentsCount) this.#forget(key)
    // Parity that does not fit is not tried again with each further part.
    else pending.isParityTrusted = false
    return whole
  }

  #open(key: string): Pending {
    const pending: Pending = {
      segmentsCount: undefined,
      parityCount: 0,
      data: new Map(),
      parity: new Map(),
      isParityTrusted: true,
      bytes: 0,
    }
    this.#pending.set(key, pending)
    return pending
  }

  /** False where it is here already or does not fit what is. */
  #keep(pending: Pending, segment: SegmentMessage): boolean {
    const isParity = segment.segmentsCount === 0
    const parts = isParity ? pending.parity : pending.data
    const index = isParity ? segment.parityIndex : segment.index
    if (parts.has(index)) return false
    if (isParity) {
      if (pending.parityCount !== 0 && pending.parityCount !== segment.parityCount) return false
      pending.parityCount = segment.parityCount
    } else {
      if (pending.segmentsCount !== undefined && pending.segmentsCount !== segment.segmentsCount) return false
      pending.segmentsCount = segment.segmentsCount
    }
    // A copy: a view would keep the whole archive in memory.
    parts.set(index, segment.payload.slice())
    pending.bytes += segment.payload.byteLength
    this.#bytes += segment.payload.byteLength
    return true
  }

  #shrink(): void {
    for (const key of this.#pending.keys()) {
      if (this.#bytes <= MAX_PENDING_BYTES && this.#pending.size <= MAX_PENDING) return
      this.#forget(key)
    }
  }

  #forget(key: string): void {
    this.#bytes -= this.#pending.get(key)?.bytes ?? 0
    this.#pending.delete(key)
  }
}

function readSegment(payload: Uint8Array): SegmentMessage | undefined {
  let segment
  try {
    segment = decodeSegment(payload)
  } catch (error) {
    if (isQuireError(error)) return undefined
    throw error
  }
  const { segmentsCount, index, parityCount, parityIndex, entireMessageHash } = segment
  if (entireMessageHash.byteLength !== HASH_BYTES) return undefined
  const isData = segmentsCount >= 2 && segmentsCount <= MAX_SEGMENTS && index < segmentsCount
  const isParity = segmentsCount === 0 && parityCount > 0 && parityCount < MAX_SHARDS && parityIndex < parityCount
  return isData || isParity ? segment : undefined
}

function isEnough({ segmentsCount, parityCount, data, parity, isParityTrusted }: Pending): boolean {
  if (segmentsCount === undefined) return false
  if (data.size === segmentsCount) return true
  if (!isParityTrusted) return false
  return segmentsCount + parityCount <= MAX_SHARDS && data.size + parity.size >= segmentsCount
}

/** Undefined where the parts do not make what they name. */
function assemble(pending: Pending, hash: Uint8Array): Uint8Array | undefined {
  const { segmentsCount, parityCount, data, parity } = pending
  if (segmentsCount === undefined) return undefined
  if (data.size === segmentsCount) return checked(inOrder(data, segmentsCount), hash)
  return restored({ segmentsCount, parityCount, data, parity }, hash)
}

function restored(
  {
    segmentsCount,
    parityCount,
    data,
    parity,
  }: Pick<Pending, 'parityCount' | 'data' | 'parity'> & {
    readonly segmentsCount: number
  },
  hash: Uint8Array,
): Uint8Array | undefined {
  const shardBytes = Math.max(...[...data.values(), ...parity.values()].map((part) => part.byteLength))
  const shards = Array.from({ length: segmentsCount + parityCount }, (_, i) => {
    const part = i < segmentsCount ? data.get(i) : parity.get(i - segmentsCount)
    return part === undefined ? undefined : padded(part, shardBytes)
  })
  const whole = restoreShards(shards, segmentsCount)
  if (whole === undefined) return undefined
  const last = data.get(segmentsCount - 1)
  const joined = concat(...whole)
  if (last !== undefined) return checked(joined.subarray(0, joined.byteLength - shardBytes + last.byteLength), hash)
  return withoutPadding(joined, shardBytes, hash)
}

/** The last segment was restored with the zeros that filled it up, and its length travelled nowhere: the hash tells it. */
function withoutPadding(joined: Uint8Array, shardBytes: number, hash: Uint8Array): Uint8Array | undefined {
  let end = joined.byteLength
  const start = end - shardBytes
  while (end > start + 1 && joined[end - 1] === 0) end--
  for (const length of candidateLengths(end, joined.byteLength)) {
    const whole = checked(joined.subarray(0, length), hash)
    if (whole !== undefined) return whole
  }
  return undefined
}

/** Without any zeros, with all of them, and with the few that a message itself may end with. */
function candidateLengths(end: number, full: number): readonly number[] {
  const few = Array.from({ length: Math.min(8, full - end) }, (_, i) => end + 1 + i)
  return [...new Set([end, full, ...few])]
}

function checked(whole: Uint8Array, hash: Uint8Array): Uint8Array | undefined {
  return sameBytes(keccak256(whole), hash) ? whole : undefined
}

function inOrder(data: ReadonlyMap<number, Uint8Array>, count: number): Uint8Array {
  return concat(...Array.from({ length: count }, (_, i) => data.get(i) ?? new Uint8Array()))
}

function padded(part: Uint8Array, length: number): Uint8Array {
  if (part.byteLength === length) return part
  const whole = new Uint8Array(length)
  whole.set(part)
  return whole
}
