/**
 * Manifests and the trees they name, inside one transaction: manifest digest → root digest → id of the live tree.
 */
import { digestOf, manifestCidFromDigest, type ManifestCid } from '../codec/cid.ts'
import { blockCountOf, checkManifest, decodeManifest, type Manifest } from '../codec/manifest.ts'
import { QuireError } from '../errors.ts'
import type { DatasetEntry } from './block-store.ts'
import { readTotals, writeTotals } from './block-uses.ts'
import { deleteNote, notedOf, readNote } from './dataset-notes.ts'
import type { KvReader, KvWriter } from './kv.ts'
import {
  type ManifestRecord,
  type TreeId,
  type TreeRecord,
  decodeManifestRecord,
  decodeTree,
  decodeTreeId,
  decodeUint32,
  encodeManifestRecord,
  encodeTree,
  encodeUint32,
  treeKey,
} from './records.ts'

const NEXT_TREE_KEY = new TextEncoder().encode('next-tree')
const ALL_MANIFESTS = { start: new Uint8Array(32), end: new Uint8Array(33).fill(0xff) }

export const NEW_TREE = { haveCount: 0, manifestCount: 0 } as const

export interface StoredTree {
  readonly id: TreeId
  readonly tree: TreeRecord
}

/** A manifest that was decoded and found fit for this store. */
export interface CheckedManifest {
  readonly manifestCid: ManifestCid
  readonly manifestBytes: Uint8Array
  readonly manifest: Manifest
  readonly rootDigest: Uint8Array
  readonly blockCount: number
}

/** Errors: `ERR_MANIFEST_INVALID`, `ERR_MANIFEST_UNSUPPORTED`. */
export function readManifest(dataset: { manifestCid: ManifestCid; manifestBytes: Uint8Array }): CheckedManifest {
  const manifest = decodeManifest(dataset.manifestBytes)
  checkManifest(manifest)
  const { manifestCid, manifestBytes } = dataset
  const rootDigest = digestOf(manifest.treeCid)
  return { manifestCid, manifestBytes, manifest, rootDigest, blockCount: blockCountOf(manifest) }
}

export async function liveTree(tx: KvReader, rootDigest: Uint8Array): Promise<StoredTree | undefined> {
  const id = await tx.get('roots', rootDigest)
  return id === undefined ? undefined : storedTree(tx, decodeTreeId(id))
}

export async function storedTree(tx: KvReader, id: TreeId): Promise<StoredTree | undefined> {
  const record = await tx.get('trees', treeKey(id))
  return record === undefined ? undefined : { id, tree: decodeTree(record) }
}

export async function readTrees(tx: KvReader): Promise<StoredTree[]> {
  const keys = await tx.keys('trees', { start: new Uint8Array(4), end: new Uint8Array(5).fill(0xff) })
  const records = await Promise.all(keys.map((key) => tx.get('trees', key)))
  return keys.flatMap((key, i) => {
    const record = records[i]
    return record === undefined ? [] : [{ id: decodeTreeId(key), tree: decodeTree(record) }]
  })
}

export function putTree(tx: KvWriter, id: TreeId, tree: TreeRecord): void {
  tx.put('trees', treeKey(id), encodeTree(tree))
}

/** Puts a new tree under a number of its own. */
export async function createTree(tx: KvWriter, tree: TreeRecord): Promise<TreeId> {
  const next = await tx.get('meta', NEXT_TREE_KEY)
  const number = next === undefined ? 1 : decodeUint32(next)
  tx.put('meta', NEXT_TREE_KEY, encodeUint32(number + 1))
  const id = number as TreeId
  putTree(tx, id, tree)
  return id
}

export async function readEntry(tx: KvReader, manifestDigest: Uint8Array): Promise<DatasetEntry | undefined> {
  const record = await tx.get('manifests', manifestDigest)
  if (record === undefined) return undefined
  const stored = decodeManifestRecord(record)
  const manifest = decodeManifest(stored.bytes)
  const [found, note] = await Promise.all([liveTree(tx, digestOf(manifest.treeCid)), readNote(tx, manifestDigest)])
  // On its way out (`emptied-trees.ts`).
  if (found === undefined) return undefined
  const { origin, addedAtMs } = stored
  return {
    manifestCid: manifestCidFromDigest(manifestDigest),
    manifest,
    origin,
    addedAtMs,
    ...notedOf(stored, note),
    blockCount: blockCountOf(manifest),
    haveCount: found.tree.haveCount,
  }
}

/** Newest first. */
export async function readEntries(tx: KvReader): Promise<DatasetEntry[]> {
  const digests = await tx.keys('manifests', ALL_MANIFESTS)
  const entries = await Promise.all(digests.map((digest) => readEntry(tx, digest)))
  return entries.filter((entry) => entry !== undefined).toSorted((a, b) => b.addedAtMs - a.addedAtMs)
}

/** Enters a manifest that is not here yet; the caller counts it in its tree’s record. */
export async function putManifest(
  tx: KvWriter,
  dataset: CheckedManifest,
  { origin, addedAtMs }: Pick<ManifestRecord, 'origin' | 'addedAtMs'>,
): Promise<void> {
  const bytes = dataset.manifestBytes
  const { usedBytes, blockCount } = await readTotals(tx)
  writeTotals(tx, { usedBytes: usedBytes + bytes.byteLength, blockCount })
  tx.put('manifests', digestOf(dataset.manifestCid), encodeManifestRecord({ origin, addedAtMs, bytes }))
}

/** Enters a dataset whose blocks are to come, or gives the one that is here. Errors: `ERR_MANIFEST_INVALID`. */
export async function enterDataset(
  tx: KvWriter,
  dataset: CheckedManifest,
  added: Pick<ManifestRecord, 'origin' | 'addedAtMs'>,
): Promise<DatasetEntry> {
  const manifestDigest = digestOf(dataset.manifestCid)
  const known = await readEntry(tx, manifestDigest)
  if (known !== undefined) return known
  const before = await liveTree(tx, dataset.rootDigest)
  if (before !== undefined) {
    checkSameShape(before, dataset)
    putTree(tx, before.id, { ...before.tree, manifestCount: before.tree.manifestCount + 1 })
  } else {
    const { blockCount, manifest, rootDigest } = dataset
    const { blockSizeBytes } = manifest
    const tree = { ...NEW_TREE, state: 'live' as const, blockSizeBytes, blockCount, manifestCount: 1 }
    tx.put('roots', rootDigest, treeKey(await createTree(tx, tree)))
  }
  await putManifest(tx, dataset, added)
  const entry = await readEntry(tx, manifestDigest)
  if (entry === undefined) throw new QuireError('ERR_STORE_FAILED', 'The dataset was not entered.')
  return entry
}

/** Takes a manifest away; a tree without manifests is marked to be freed. False where it was not here. */
export async function removeManifest(tx: KvWriter, manifestDigest: Uint8Array): Promise<boolean> {
  const record = await tx.get('manifests', manifestDigest)
  if (record === undefined) return false
  const { bytes } = decodeManifestRecord(record)
  const { usedBytes, blockCount } = await readTotals(tx)
  writeTotals(tx, { usedBytes: usedBytes - bytes.byteLength, blockCount })
  tx.delete('manifests', manifestDigest)
  deleteNote(tx, manifestDigest)
  const rootDigest = digestOf(decodeManifest(bytes).treeCid)
  const found = await liveTree(tx, rootDigest)
  if (found === undefined) return true
  const manifestCount = found.tree.manifestCount - 1
  if (manifestCount === 0) tx.delete('roots', rootDigest)
  putTree(tx, found.id, { ...found.tree, manifestCount, state: manifestCount === 0 ? 'deleting' : 'live' })
  return true
}

/** Two manifests cannot give one root two shapes; one of them lies. Errors: `ERR_MANIFEST_INVALID`. */
export function checkSameShape({ tree }: StoredTree, { manifest, blockCount }: CheckedManifest): void {
  if (tree.blockCount === blockCount && tree.blockSizeBytes === manifest.blockSizeBytes) return
  const message = `A dataset here has the same tree with ${tree.blockCount} blocks, not ${blockCount}.`
  throw new QuireError('ERR_MANIFEST_INVALID', message)
}
