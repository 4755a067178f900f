import type { AbortOptions } from './block-store.ts'
import { releaseUses, syncKv } from './block-uses.ts'
import { readTrees } from './catalog.ts'
import type { Kv, KvWriter } from './kv.ts'
import { Mutex } from './mutex.ts'
import { type TreeId, decodeTree, pageKey, pageNumberOf, treeKey } from './records.ts'
import { NODES_PER_PAGE, TreePages } from './tree-pages.ts'
import { abandonUpload, resumableUploads } from './upload-notes.ts'

/** What one transaction frees at most: blocks (twice as many in the worst case), and pages without any. */
const BLOCKS_PER_STEP = 512
const PAGES_PER_STEP = 64

/**
 * Frees trees that are marked as `deleting`, in bounded transactions.
 *
 * A step takes a page of leaves and the uses it stands for away together, so it can stop or crash after any of them.
 */
export class Reclaimer {
  readonly #kv: Kv
  readonly #turns = new Mutex()
  #isStopped = true

  constructor(components: { kv: Kv }) {
    this.#kv = components.kv
  }

  /** True where what is marked stays until the next start. */
  get isStopped(): boolean {
    return this.#isStopped
  }

  /** Uploads that nobody can go on with become trees to free. Call it before the first upload begins. */
  async start({ signal, nowMs }: AbortOptions & { nowMs: number }): Promise<void> {
    this.#isStopped = false
    await this.#kv.write(
      async (tx) => {
        signal?.throwIfAborted()
        const [trees, resumable] = await Promise.all([readTrees(tx), resumableUploads(tx, nowMs)])
        const kept = new Set(resumable.map(({ id }) => id))
        for (const { id, tree } of trees) {
          if (tree.state === 'staging' && !kept.has(id)) abandonUpload(tx, { id, tree })
        }
      },
      { isDurable: true },
    )
  }

  /** Ends after the step that runs; the next `start` and `run` go on. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.settled()
  }

  /** Frees every marked tree, and durably: only then is the space used again. Errors: those of the store. */
  async run(): Promise<void> {
    await this.#turns.run(async () => {
      const trees = await this.#kv.read(readTrees)
      const marked = trees.filter(({ tree }) => tree.state === 'deleting')
      for (const { id } of marked) await this.#free(id)
      if (marked.length > 0) await syncKv(this.#kv)
    })
  }

  /** Resolves when nothing is being freed, whatever came of it. */
  async settled(): Promise<void> {
    await this.#turns.run(async () => undefined)
  }

  async #free(id: TreeId): Promise<void> {
    let isFreed = false
    while (!isFreed && !this.#isStopped) isFreed = await this.#kv.write((tx) => freeStep(tx, id))
  }
}

/** True when nothing of the tree is left. */
async function freeStep(tx: KvWriter, id: TreeId): Promise<boolean> {
  const record = await tx.get('trees', treeKey(id))
  if (record === undefined) return true
  const { blockSizeBytes } = decodeTree(record)
  const nodesEnd = new Uint8Array(10).fill(0xff)
  nodesEnd.set(pageKey(id, 'nodes', 0xffff_ffff))
  const nodePages = await tx.keys('pages', { start: pageKey(id, 'nodes', 0), end: nodesEnd, limit: PAGES_PER_STEP })
  if (nodePages.length > 0) {
    await freeNodePages(tx, id, { keys: nodePages, blockSizeBytes })
    return false
  }
  const range = { start: pageKey(id, 'have', 0), end: pageKey(id, 'nodes', 0), limit: PAGES_PER_STEP }
  const havePages = await tx.keys('pages', range)
  for (const key of havePages) tx.delete('pages', key)
  if (havePages.length === PAGES_PER_STEP) return false
  tx.delete('trees', treeKey(id))
  return true
}

async function freeNodePages(
  tx: KvWriter,
  id: TreeId,
  { keys, blockSizeBytes }: { keys: readonly Uint8Array[]; blockSizeBytes: number },
): Promise<void> {
  const pages = new TreePages(tx, id)
  const digests: Uint8Array[] = []
  for (const key of keys) {
    const first = pageNumberOf(key) * NODES_PER_PAGE
    await pages.load({ positions: [first], indices: [first] })
    // Leaves come first in the layout, so a position is a block’s index where that block is present.
    for (let index = first; index < first + NODES_PER_PAGE; index++) {
      const digest = pages.has(index) ? pages.node(index) : undefined
      if (digest !== undefined) digests.push(digest)
    }
    tx.delete('pages', key)
    if (digests.length >= BLOCKS_PER_STEP) break
  }
  await releaseUses(tx, digests, blockSizeBytes)
}
