import type { AbortOptions } from './block-store.ts'
import { releaseUses, syncKv } from './block-uses.ts'
import { readTrees, type StoredTree } from './catalog.ts'
import { emptyStep, readRootless, removeRootlessManifests } from './emptied-trees.ts'
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
  readonly #canEmpty: () => boolean
  #isStopped = true
  #isHollow = false
  #hollowBytes = 0

  /** `canEmpty`: whether a full backend commits transactions that only delete, and has room of it at once. */
  constructor(components: { kv: Kv; canEmpty?: (() => boolean) | undefined }) {
    this.#kv = components.kv
    this.#canEmpty = components.canEmpty ?? (() => false)
  }

  /** True while blocks may be gone whose uses are still counted: no block may be added before `run` has resolved. */
  get isHollow(): boolean {
    return this.#isHollow
  }

  /** Freed already, and still part of what the totals say is used. */
  get hollowBytes(): number {
    return this.#hollowBytes
  }

  /** True where what is marked stays until the next start. */
  get isStopped(): boolean {
    return this.#isStopped
  }

  /** Uploads that nobody can go on with become trees to free. Call it before the first upload begins. */
  async start({ signal, nowMs }: AbortOptions & { nowMs: number }): Promise<void> {
    this.#isStopped = false
    this.#isHollow = (await this.#kv.read(readRootless)).length > 0
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
      const [trees, rootless] = await this.#kv.read((tx) => Promise.all([readTrees(tx), readRootless(tx)]))
      if (rootless.length > 0) await this.#kv.write(removeRootlessManifests)
      const marked = [...rootless, ...trees.filter(({ tree }) => tree.state === 'deleting')]
      for (const { id } of marked) await this.#free(id)
      if (marked.length > 0) await syncKv(this.#kv)
      if (this.#isStopped) return
      this.#isHollow = false
      this.#hollowBytes = 0
    })
  }

  /**
   * In a store without any room: `cut` takes a tree’s root away (`cutRoot`), and the bytes of its blocks follow; the rest is
   * left to `run`. False, with nothing changed, where `cut` gives none, or the backend has no use for it.
   */
  async empty(cut: (tx: KvWriter) => Promise<StoredTree | undefined>): Promise<boolean> {
    if (!this.#canEmpty()) return false
    return this.#turns.run(async () => {
      // Before the transaction begins, so that each one after it knows.
      this.#isHollow = true
      const stored = await this.#kv.write(cut, { isDurable: true })
      if (stored === undefined) return false
      const { id, tree } = stored
      for (let page: number | undefined = 0; page !== undefined && !this.#isStopped;) {
        const first: number = page
        const { freedCount, nextPage } = await this.#kv.write((tx) => emptyStep(tx, id, first))
        this.#hollowBytes += freedCount * tree.blockSizeBytes
        page = nextPage
      }
      return true
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
