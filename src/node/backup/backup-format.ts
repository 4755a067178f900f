/**
 * The layout of a backup; docs/BACKUP-FORMAT.md is its description for others.
 *
 *   magic (8 bytes) · head · [keys] · settings · communities · (dataset · block … · dataset-end) … ·
 *   envelopes … · end
 *
 * A frame is its type (1 byte), the length of its payload (4 bytes, big-endian), the payload, and for all but blocks a check:
 * the first 8 bytes of the SHA-256 over type and payload. Blocks need none: each has to lead to its tree’s root.
 */
import { DIGEST_BYTES } from '../../codec/cid.ts'
import { concat } from '../../codec/concat.ts'
import { MAX_BLOCK_COUNT, MAX_BLOCK_SIZE_BYTES, MAX_MANIFEST_BYTES } from '../../codec/manifest.ts'
import { sameBytes } from '../../codec/same-bytes.ts'
import { sha256 } from '../../merkle/hasher.ts'
import { depthOf } from '../../merkle/layout.ts'

/** “QUIREBK” and the number of the format. */
export const MAGIC = Uint8Array.of(0x51, 0x55, 0x49, 0x52, 0x45, 0x42, 0x4b, 0x01)

export const FRAME_TYPES = {
  head: 1,
  keys: 2,
  settings: 3,
  communities: 4,
  dataset: 5,
  block: 6,
  datasetEnd: 7,
  envelopes: 8,
  end: 127,
} as const
export type FrameKind = keyof typeof FRAME_TYPES

export const FRAME_HEADER_BYTES = 5
export const CHECK_BYTES = 8
const INDEX_BYTES = 4
/** 1 byte flags, 8 added, 8 last used, 32 the manifest’s digest. */
const DATASET_HEADER_BYTES = 17 + DIGEST_BYTES
/** A compressed key. */
const COMMUNITY_BYTES = 33
const SMALL_BYTES = 65_536
const JSON_BYTES = 4 * 1024 ** 2

/** What a payload may have at most, so that no reader keeps more because a file says so. */
export const MAX_PAYLOAD_BYTES: Readonly<Record<FrameKind, number>> = {
  head: SMALL_BYTES,
  keys: JSON_BYTES,
  settings: SMALL_BYTES,
  communities: JSON_BYTES,
  dataset: DATASET_HEADER_BYTES + MAX_MANIFEST_BYTES,
  block: INDEX_BYTES + depthOf(MAX_BLOCK_COUNT) * DIGEST_BYTES + MAX_BLOCK_SIZE_BYTES,
  datasetEnd: INDEX_BYTES,
  envelopes: JSON_BYTES,
  end: SMALL_BYTES,
}

const FLAGS = { isPinned: 1, isUpload: 2, isArchive: 4, isAnnounced: 8 } as const

export interface DatasetHeader {
  readonly isPinned: boolean
  readonly isUpload: boolean
  /** Held for a community. */
  readonly isArchive: boolean
  readonly isAnnounced: boolean
  readonly addedAtMs: number
  readonly lastUsedAtMs: number
  readonly manifestDigest: Uint8Array
  readonly manifestBytes: Uint8Array
}

export interface BlockFrame {
  readonly index: number
  readonly path: readonly Uint8Array[]
  readonly bytes: Uint8Array
}

export async function encodeFrame(kind: FrameKind, payload: Uint8Array): Promise<Uint8Array> {
  return concat(frameHeader(kind, payload.byteLength), payload, await checkOf(kind, payload))
}

export async function encodeJsonFrame(kind: FrameKind, value: unknown): Promise<Uint8Array> {
  return encodeFrame(kind, new TextEncoder().encode(JSON.stringify(value)))
}

/** Several blocks, one behind the other. */
export function encodeBlocks(blocks: readonly BlockFrame[]): Uint8Array {
  const parts = blocks.flatMap(({ index, path, bytes }) => {
    const payloadBytes = INDEX_BYTES + path.length * DIGEST_BYTES + bytes.byteLength
    return [frameHeader('block', payloadBytes), encodeCount(index), ...path, bytes]
  })
  return concat(...parts)
}

/** Undefined where the payload has not the size of such a block. */
export function decodeBlock(
  payload: Uint8Array,
  { blockCount, blockSizeBytes }: { readonly blockCount: number; readonly blockSizeBytes: number },
): BlockFrame | undefined {
  const depth = depthOf(blockCount)
  const pathEnd = INDEX_BYTES + depth * DIGEST_BYTES
  if (payload.byteLength !== pathEnd + blockSizeBytes) return undefined
  const path = Array.from({ length: depth }, (_, layer) => {
    const start = INDEX_BYTES + layer * DIGEST_BYTES
    return payload.slice(start, start + DIGEST_BYTES)
  })
  return { index: decodeCount(payload), path, bytes: payload.slice(pathEnd) }
}

export function encodeDataset(dataset: DatasetHeader): Uint8Array {
  const header = new Uint8Array(17)
  const view = new DataView(header.buffer)
  const names = ['isPinned', 'isUpload', 'isArchive', 'isAnnounced'] as const
  view.setUint8(
    0,
    names.reduce((flags, name) => flags | (dataset[name] ? FLAGS[name] : 0), 0),
  )
  view.setFloat64(1, dataset.addedAtMs)
  view.setFloat64(9, dataset.lastUsedAtMs)
  return concat(header, dataset.manifestDigest, dataset.manifestBytes)
}

/** Undefined where it is too short. */
export function decodeDataset(payload: Uint8Array): DatasetHeader | undefined {
  if (payload.byteLength <= DATASET_HEADER_BYTES) return undefined
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  const flags = view.getUint8(0)
  const has = (bit: number): boolean => (flags & bit) !== 0
  return {
    isPinned: has(FLAGS.isPinned),
    isUpload: has(FLAGS.isUpload),
    isArchive: has(FLAGS.isArchive),
    isAnnounced: has(FLAGS.isAnnounced),
    addedAtMs: view.getFloat64(1),
    lastUsedAtMs: view.getFloat64(9),
    manifestDigest: payload.slice(17, DATASET_HEADER_BYTES),
    manifestBytes: payload.slice(DATASET_HEADER_BYTES),
  }
}

/** `id`: the community’s 33 bytes. */
export function encodeEnvelopes(id: Uint8Array, envelopes: readonly Uint8Array[]): Uint8Array {
  return concat(id, ...envelopes.flatMap((envelope) => [encodeCount(envelope.byteLength), envelope]))
}

/** Undefined where the lengths do not fit. */
export function decodeEnvelopes(
  payload: Uint8Array,
): { readonly id: Uint8Array; readonly envelopes: readonly Uint8Array[] } | undefined {
  const envelopes: Uint8Array[] = []
  let at = COMMUNITY_BYTES
  while (at < payload.byteLength) {
    const start = at + INDEX_BYTES
    if (start > payload.byteLength) return undefined
    at = start + decodeCount(payload.subarray(at))
    if (at > payload.byteLength) return undefined
    envelopes.push(payload.slice(start, at))
  }
  return at === payload.byteLength ? { id: payload.slice(0, COMMUNITY_BYTES), envelopes } : undefined
}

export function encodeCount(count: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, count)
  return bytes
}

/** Of the first four bytes; there must be so many. */
export function decodeCount(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0)
}

export function kindOfType(type: number): FrameKind | undefined {
  const entry = Object.entries(FRAME_TYPES).find(([, number]) => number === type)
  return entry?.[0] as FrameKind | undefined
}

export async function hasCheck(kind: FrameKind, payload: Uint8Array, check: Uint8Array): Promise<boolean> {
  return sameBytes(await checkOf(kind, payload), check)
}

async function checkOf(kind: FrameKind, payload: Uint8Array): Promise<Uint8Array> {
  return (await sha256(concat(Uint8Array.of(FRAME_TYPES[kind]), payload))).subarray(0, CHECK_BYTES)
}

function frameHeader(kind: FrameKind, payloadBytes: number): Uint8Array {
  return concat(Uint8Array.of(FRAME_TYPES[kind]), encodeCount(payloadBytes))
}
