import { expect } from 'vitest'
import { BlockSet } from '../codec/block-set.ts'
import { digestOf } from '../codec/cid.ts'
import { decodeManifest } from '../codec/manifest.ts'
import { readTotals } from './block-uses.ts'
import { type Kv, type KvReader, type KvTable, textOfKey } from './kv.ts'
import { decodeManifestRecord, decodeTree, decodeTreeId, decodeUint32, type TreeId } from './records.ts'
import { BLOCKS_PER_HAVE_PAGE, readHaveBytes, TreePages } from './tree-pages.ts'

const EVERYTHING = { start: new Uint8Array(), end: new Uint8Array(64).fill(0xff) }

/** Counts everything in the tables anew, from the trees, and compares it with what the store keeps count of; closes `kv`. */
export async function audit(kv: Kv): Promise<void> {
  await kv.open()
  const found = await kv.read(inspect)
  await kv.close()
  expect(found.blocks, 'blocks that trees use').toEqual([...found.uses.keys()].toSorted(ascending))
  const shared = [...found.uses].filter(([, uses]) => uses > 1).toSorted(([a], [b]) => ascending(a, b))
  expect(found.refs, 'counts of shared blocks').toEqual(shared)
  expect(found.totals, 'totals').toEqual({ usedBytes: found.usedBytes, blockCount: found.blocks.length })
  expect(found.roots.toSorted(ascending), 'roots').toEqual(found.liveTrees.toSorted(ascending))
  expect(found.treeless, 'manifests without a tree').toEqual([])
  expect(found.orphans, 'pages without a tree').toEqual([])
  expect(found.notes, 'notes on datasets that are not here').toEqual([])
}

/** Audits a store in which nothing is on its way: no tree may be staging or deleting. */
export async function auditAtRest(kv: Kv): Promise<void> {
  await audit(kv)
  await kv.open()
  const trees = await kv.read((tx) => readAll(tx, 'trees'))
  await kv.close()
  expect(trees.map(({ value }) => decodeTree(value).state).filter((state) => state !== 'live')).toEqual([])
}

async function inspect(tx: KvReader) {
  const blocks = await readAll(tx, 'blocks')
  const refs = await readAll(tx, 'refs')
  const roots = await readAll(tx, 'roots')
  const manifestRecords = await readAll(tx, 'manifests')
  const manifests = manifestRecords.map(({ value }) => decodeManifestRecord(value).bytes)
  const noteKeys = manifestRecords.map(({ key }) => `dataset:${textOfKey(key)}`)
  const notes = (await readAll(tx, 'meta')).map(({ key }) => textOfKey(key)).filter((key) => key.startsWith('dataset:'))
  const trees = (await readAll(tx, 'trees')).map(({ key, value }) => ({ id: decodeTreeId(key), ...decodeTree(value) }))
  const pageOwners = new Set((await readAll(tx, 'pages')).map(({ key }) => decodeUint32(key)))
  const namedRoots = manifests.map((bytes) => textOfKey(digestOf(decodeManifest(bytes).treeCid)))
  const uses = new Map<string, number>()
  for (const tree of trees) {
    const digests = await usedDigests(tx, tree.id)
    for (const digest of digests) uses.set(digest, (uses.get(digest) ?? 0) + 1)
    if (tree.state === 'deleting') continue
    expect(tree.haveCount, `blocks of tree ${tree.id}`).toBe(digests.length)
    const root = roots.find(({ value }) => decodeUint32(value) === tree.id)
    const names = namedRoots.filter((text) => root !== undefined && text === textOfKey(root.key))
    expect(tree.manifestCount, `manifests of tree ${tree.id}`).toBe(names.length)
  }
  const sizes = [...blocks.map(({ value }) => value), ...manifests].map((bytes) => bytes.byteLength)
  return {
    uses,
    liveTrees: trees.filter(({ state }) => state === 'live').map(({ id }) => id),
    treeless: namedRoots.filter((text) => !roots.some(({ key }) => textOfKey(key) === text)),
    notes: notes.filter((key) => !noteKeys.includes(key)),
    orphans: [...pageOwners].filter((owner) => !trees.some(({ id }) => id === owner)),
    blocks: blocks.map(({ key }) => textOfKey(key)),
    refs: refs.map(({ key, value }): [string, number] => [textOfKey(key), decodeUint32(value)]),
    roots: roots.map(({ value }) => decodeTreeId(value)),
    totals: await readTotals(tx),
    usedBytes: sizes.reduce((sum, size) => sum + size, 0),
  }
}

/** One entry for each present block whose leaf is known. */
async function usedDigests(tx: KvReader, id: TreeId): Promise<string[]> {
  const have = new BlockSet(BLOCKS_PER_HAVE_PAGE, await readHaveBytes(tx, id, BLOCKS_PER_HAVE_PAGE))
  const indices = [...have.ranges()].flatMap(({ start, count }) => Array.from({ length: count }, (_, i) => start + i))
  const pages = new TreePages(tx, id)
  await pages.load({ positions: indices })
  return indices.flatMap((index) => {
    const digest = pages.node(index)
    return digest === undefined ? [] : textOfKey(digest)
  })
}

function ascending<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : Number(a > b)
}

async function readAll(tx: KvReader, table: KvTable): Promise<{ key: Uint8Array; value: Uint8Array }[]> {
  const keys = await tx.keys(table, EVERYTHING)
  const values = await Promise.all(keys.map((key) => tx.get(table, key)))
  return keys.flatMap((key, i) => {
    const value = values[i]
    return value === undefined ? [] : [{ key, value }]
  })
}
