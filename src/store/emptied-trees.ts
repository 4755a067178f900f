/**
 * Datasets that go although there is no room at all: IndexedDB then commits only transactions that put nothing.
 *
 *   cutRoot: the tree’s root away (the dataset is gone) ─▶ emptyStep: bytes of blocks away that only this tree uses
 *     ─▶ there is room again ─▶ removeRootless: its manifests, and the uses that it still counts, as of any tree (reclaimer.ts)
 *
 * A live tree that no root names is the note of it, which outlives a crash. Until its uses are given back no block may be
 * added: one of its own would be stored anew, counted once, and then be freed with the tree.
 */
import { digestOf } from '../codec/cid.ts'
import { decodeManifest } from '../codec/manifest.ts'
import { liveTree, readTrees, removeManifest, type StoredTree } from './catalog.ts'
import { type KvReader, type KvWriter, textOfKey } from './kv.ts'
import { decodeManifestRecord, pageKey, pageNumberOf, type TreeId, treeKey } from './records.ts'
import { NODES_PER_PAGE, TreePages } from './tree-pages.ts'

const ALL_DIGESTS = { start: new Uint8Array(32), end: new Uint8Array(33).fill(0xff) }
/** Of nodes: some 4,000 blocks. */
const PAGES_PER_STEP = 8

/** Puts nothing. Undefined, with nothing changed, where other manifests than these name the tree as well. */
export async function cutRoot(
  tx: KvWriter,
  rootDigest: Uint8Array,
  manifestCount: number,
): Promise<StoredTree | undefined> {
  const found = await liveTree(tx, rootDigest)
  if (found?.tree.manifestCount !== manifestCount) return undefined
  tx.delete('roots', rootDigest)
  return found
}

/** The same for the tree of one dataset. */
export async function cutDataset(tx: KvWriter, manifestDigest: Uint8Array): Promise<StoredTree | undefined> {
  const record = await tx.get('manifests', manifestDigest)
  if (record === undefined) return undefined
  return cutRoot(tx, digestOf(decodeManifest(decodeManifestRecord(record).bytes).treeCid), 1)
}

/** Puts nothing. Gives how many blocks went and the page to go on from. */
export async function emptyStep(
  tx: KvWriter,
  id: TreeId,
  firstPage: number,
): Promise<{ freedCount: number; nextPage: number | undefined }> {
  const end = pageKey(id, 'nodes', 0xffff_ffff)
  const keys = await tx.keys('pages', { start: pageKey(id, 'nodes', firstPage), end, limit: PAGES_PER_STEP })
  const pages = new TreePages(tx, id)
  const firsts = keys.map((key) => pageNumberOf(key) * NODES_PER_PAGE)
  await pages.load({ positions: firsts, indices: firsts })
  const digests = new Map<string, Uint8Array>()
  for (const first of firsts) {
    for (let index = first; index < first + NODES_PER_PAGE; index++) {
      const digest = pages.has(index) ? pages.node(index) : undefined
      if (digest !== undefined) digests.set(textOfKey(digest), digest)
    }
  }
  const all = [...digests.values()]
  const areOwn = await Promise.all(
    all.map(async (digest) => {
      const [isShared, isHere] = await Promise.all([tx.has('refs', digest), tx.has('blocks', digest)])
      return isHere && !isShared
    }),
  )
  const own = all.filter((_, i) => areOwn[i])
  for (const digest of own) tx.delete('blocks', digest)
  const last = keys.at(-1)
  const isMore = last !== undefined && keys.length === PAGES_PER_STEP
  return { freedCount: own.length, nextPage: isMore ? pageNumberOf(last) + 1 : undefined }
}

/** Trees whose root was cut, in this run or before a crash. */
export async function readRootless(tx: KvReader): Promise<StoredTree[]> {
  const [trees, roots] = await Promise.all([readTrees(tx), tx.entries('roots', ALL_DIGESTS)])
  const named = new Set(roots.map(({ value }) => textOfKey(value)))
  return trees.filter(({ id, tree }) => tree.state === 'live' && !named.has(textOfKey(treeKey(id))))
}

export async function removeRootlessManifests(tx: KvWriter): Promise<void> {
  const manifests = await tx.entries('manifests', ALL_DIGESTS)
  for (const { key, value } of manifests) {
    const { treeCid } = decodeManifest(decodeManifestRecord(value).bytes)
    if (!(await tx.has('roots', digestOf(treeCid)))) await removeManifest(tx, key)
  }
}
