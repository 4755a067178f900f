/** The byte layouts of the small records; integers are big-endian, so that keys order as their numbers do. */

/**
 * staging: an upload on its way · live: what datasets show · deleting: invisible, being freed by `Reclaimer`.
 *
 * Only a live tree is in the table `roots`.
 */
export type TreeState = 'staging' | 'live' | 'deleting'

declare const treeId: unique symbol
/** Number of a tree in this store, never used twice. */
export type TreeId = number & { readonly [treeId]: true }

export interface TreeRecord {
  readonly state: TreeState
  readonly blockSizeBytes: number
  /** 0 while staging: not known yet. */
  readonly blockCount: number
  /** Bits set in the pages of kind `have`; each is one use of a block. */
  readonly haveCount: number
  /** Manifests that name this tree. */
  readonly manifestCount: number
}

export interface ManifestRecord {
  readonly origin: 'upload' | 'fetch'
  readonly addedAtMs: number
  readonly bytes: Uint8Array
}

export interface Totals {
  /** Distinct blocks, padded, and manifests. */
  readonly usedBytes: number
  readonly blockCount: number
}

export type PageKind = 'nodes' | 'have'

const STATES = ['staging', 'live', 'deleting'] as const satisfies readonly TreeState[]
const ORIGINS = ['upload', 'fetch'] as const satisfies readonly ManifestRecord['origin'][]
const PAGE_KINDS = ['have', 'nodes'] as const satisfies readonly PageKind[]
const TREE_RECORD_BYTES = 17
const MANIFEST_HEADER_BYTES = 9

export function encodeTree(tree: TreeRecord): Uint8Array {
  const bytes = new Uint8Array(TREE_RECORD_BYTES)
  const view = viewOf(bytes)
  view.setUint8(0, STATES.indexOf(tree.state))
  view.setUint32(1, tree.blockSizeBytes)
  view.setUint32(5, tree.blockCount)
  view.setUint32(9, tree.haveCount)
  view.setUint32(13, tree.manifestCount)
  return bytes
}

export function decodeTree(bytes: Uint8Array): TreeRecord {
  const view = viewOf(bytes)
  return {
    state: STATES[view.getUint8(0)] ?? 'deleting',
    blockSizeBytes: view.getUint32(1),
    blockCount: view.getUint32(5),
    haveCount: view.getUint32(9),
    manifestCount: view.getUint32(13),
  }
}

export function encodeManifestRecord({ origin, addedAtMs, bytes }: ManifestRecord): Uint8Array {
  const record = new Uint8Array(MANIFEST_HEADER_BYTES + bytes.byteLength)
  const view = viewOf(record)
  view.setUint8(0, ORIGINS.indexOf(origin))
  view.setFloat64(1, addedAtMs)
  record.set(bytes, MANIFEST_HEADER_BYTES)
  return record
}

export function decodeManifestRecord(record: Uint8Array): ManifestRecord {
  const view = viewOf(record)
  return {
    origin: ORIGINS[view.getUint8(0)] ?? 'fetch',
    addedAtMs: view.getFloat64(1),
    bytes: record.slice(MANIFEST_HEADER_BYTES),
  }
}

export function encodeTotals({ usedBytes, blockCount }: Totals): Uint8Array {
  const bytes = new Uint8Array(16)
  const view = viewOf(bytes)
  view.setFloat64(0, usedBytes)
  view.setFloat64(8, blockCount)
  return bytes
}

export function decodeTotals(bytes: Uint8Array): Totals {
  const view = viewOf(bytes)
  return { usedBytes: view.getFloat64(0), blockCount: view.getFloat64(8) }
}

export function encodeUint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  viewOf(bytes).setUint32(0, value)
  return bytes
}

export function decodeUint32(bytes: Uint8Array): number {
  return viewOf(bytes).getUint32(0)
}

export function treeKey(id: TreeId): Uint8Array {
  return encodeUint32(id)
}

export function decodeTreeId(bytes: Uint8Array): TreeId {
  return decodeUint32(bytes) as TreeId
}

/** 4 bytes id, 1 byte kind, 4 bytes page number. */
export function pageKey(id: TreeId, kind: PageKind, page: number): Uint8Array {
  const key = new Uint8Array(9)
  const view = viewOf(key)
  view.setUint32(0, id)
  view.setUint8(4, PAGE_KINDS.indexOf(kind))
  view.setUint32(5, page)
  return key
}

export function pageNumberOf(key: Uint8Array): number {
  return viewOf(key).getUint32(5)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
