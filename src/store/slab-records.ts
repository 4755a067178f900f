/**
 * What the index says of slots, in its table `meta`: `slot:` number → digest of the block in it, and `open:` number →
 * slots of a group whose bytes may not be on the disk yet. A block’s own record names its slot in place of its bytes.
 */
import { concat } from '../codec/concat.ts'
import type { KvRange, KvReader } from './kv.ts'
import { decodeUint32, encodeUint32 } from './records.ts'

/** No block is as short as a name of a slot. */
const REFERENCE_MARK = new TextEncoder().encode('slot')
const REFERENCE_BYTES = 8

export function encodeReference(slot: number): Uint8Array {
  return concat(REFERENCE_MARK, encodeUint32(slot))
}

/** The slot that a value names; undefined where it is the block itself. */
export function slotOf(value: Uint8Array): number | undefined {
  if (value.byteLength !== REFERENCE_BYTES || REFERENCE_MARK.some((byte, i) => value[i] !== byte)) return undefined
  return decodeUint32(value.subarray(REFERENCE_MARK.byteLength))
}

export type SlotRecord = 'slot:' | 'open:'

export function recordKey(record: SlotRecord, number: number): Uint8Array {
  return concat(new TextEncoder().encode(record), encodeUint32(number))
}

export function encodeSlots(slots: readonly number[]): Uint8Array {
  return concat(...slots.map(encodeUint32))
}

function decodeSlots(bytes: Uint8Array): number[] {
  return Array.from({ length: bytes.byteLength / 4 }, (_, i) => decodeUint32(bytes.subarray(4 * i)))
}

/** Numbers of all records of a kind, ascending. */
export async function readNumbers(tx: KvReader, record: SlotRecord): Promise<number[]> {
  const range: KvRange = { start: recordKey(record, 0), end: concat(recordKey(record, 0xffff_ffff), new Uint8Array(1)) }
  const keys = await tx.keys('meta', range)
  return keys.map((key) => decodeUint32(key.subarray(record.length)))
}

export interface SlotContent {
  readonly slot: number
  readonly digest: Uint8Array
}

/** Slots of open groups with the digests that they should hold; a slot that is free by now is left out. */
export async function readOpen(tx: KvReader, groups: readonly number[]): Promise<SlotContent[]> {
  const lists = await Promise.all(groups.map((group) => tx.get('meta', recordKey('open:', group))))
  return readBlocksOf(tx, [...new Set(lists.flatMap((list) => (list === undefined ? [] : decodeSlots(list))))])
}

export async function readBlocksOf(tx: KvReader, slots: readonly number[]): Promise<SlotContent[]> {
  const digests = await Promise.all(slots.map((slot) => tx.get('meta', recordKey('slot:', slot))))
  return slots.flatMap((slot, i) => {
    const digest = digests[i]
    return digest === undefined ? [] : [{ slot, digest }]
  })
}
