import { readTotals, writeTotals } from './block-uses.ts'
import { putTree, readTrees, storedTree } from './catalog.ts'
import { type Kv, type KvWriter, keyOfText, textOfKey } from './kv.ts'
import { pageKey, type TreeId } from './records.ts'
import { BLOCKS_PER_HAVE_PAGE, TreePages } from './tree-pages.ts'

/** What one transaction looks through: 32 pages of nodes. */
const INDICES_PER_STEP = BLOCKS_PER_HAVE_PAGE / 2

interface Lost {
  /** As `textOfKey` gives them. */
  readonly digests: ReadonlySet<string>
  readonly blockSizeBytes: number
}

/**
 * Makes blocks missing whose bytes are lost, in every tree that has them, so that they can be fetched again.
 *
 * May stop after any transaction and be called again: the blocks’ own records go last.
 */
export async function forgetBlocks(kv: Kv, lost: Lost): Promise<void> {
  for (const { id } of await kv.read(readTrees)) {
    const range = { start: pageKey(id, 'have', 0), end: pageKey(id, 'nodes', 0) }
    const pages = await kv.read((tx) => tx.keys('pages', range))
    for (let first = 0; first < pages.length * BLOCKS_PER_HAVE_PAGE; first += INDICES_PER_STEP) {
      await kv.write((tx) => forgetInTree(tx, id, { first, digests: lost.digests }))
    }
  }
  await kv.write((tx) => dropBlocks(tx, lost))
}

async function forgetInTree(
  tx: KvWriter,
  id: TreeId,
  { first, digests }: { first: number; digests: Lost['digests'] },
): Promise<void> {
  const stored = await storedTree(tx, id)
  if (stored === undefined) return
  const pages = new TreePages(tx, id)
  const indices = Array.from({ length: INDICES_PER_STEP }, (_, i) => first + i)
  await pages.load({ indices, positions: indices })
  const gone = indices.filter((index) => {
    const digest = pages.has(index) ? pages.node(index) : undefined
    return digest !== undefined && digests.has(textOfKey(digest))
  })
  for (const index of gone) pages.remove(index)
  pages.save(tx)
  putTree(tx, id, { ...stored.tree, haveCount: stored.tree.haveCount - gone.length })
}

async function dropBlocks(tx: KvWriter, { digests, blockSizeBytes }: Lost): Promise<void> {
  const { usedBytes, blockCount } = await readTotals(tx)
  const keys = [...digests].map(keyOfText)
  const present = await Promise.all(keys.map((key) => tx.has('blocks', key)))
  const dropped = keys.filter((_, i) => present[i])
  for (const key of dropped) {
    tx.delete('refs', key)
    tx.delete('blocks', key)
  }
  writeTotals(tx, {
    usedBytes: usedBytes - dropped.length * blockSizeBytes,
    blockCount: blockCount - dropped.length,
  })
}
