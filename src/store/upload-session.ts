/**
 * One upload: a staging tree that nobody sees until `commit`.
 *
 *   put: blocks, leaves, presence ─▶ commit: the other nodes in groups ─▶ one transaction: tree live, manifest entered
 *
 * A crash before that transaction leaves a staging tree, which can be resumed (`upload-notes.ts`) or is freed by the next
 * `start`.
 */
import { DIGEST_BYTES, digestOf } from '../codec/cid.ts'
import { MAX_BLOCK_COUNT } from '../codec/manifest.ts'
import { sameBytes } from '../codec/same-bytes.ts'
import { QuireError } from '../errors.ts'
import { nodeCountOf } from '../merkle/layout.ts'
import { rootOf } from '../merkle/tree.ts'
import type { AbortOptions, DatasetEntry, IndexedBlock, UploadSession } from './block-store.ts'
import { addUses, readUses, releaseUses } from './block-uses.ts'
import {
  type CheckedManifest,
  type StoredTree,
  checkSameShape,
  liveTree,
  putManifest,
  putTree,
  readEntry,
  readManifest,
  storedTree,
} from './catalog.ts'
import { pinDataset } from './dataset-pins.ts'
import type { KvReader, KvWriter } from './kv.ts'
import { type TreeId, pageKey, treeKey } from './records.ts'
import type { Reservation } from './space-ledger.ts'
import type { StoreCore } from './store-core.ts'
import { checkBlock } from './tree-blocks.ts'
import { NODES_PER_PAGE, TreePages } from './tree-pages.ts'
import { abandonUpload, deleteUploadNote } from './upload-notes.ts'

const PAGE_BYTES = NODES_PER_PAGE * DIGEST_BYTES
/** 1 MiB of nodes a transaction. */
const PAGES_PER_GROUP = 64

export interface UploadSessionInit {
  readonly treeId: TreeId
  readonly blockSizeBytes: number
  readonly reservation: Reservation | undefined
  /** Whether the upload has a note, so that it can be resumed. */
  readonly isKept: boolean
  /** What a resumed upload has: its leaves, zeros where there is none. */
  readonly stored?: { readonly leaves: Uint8Array; readonly count: number }
}

export class KvUploadSession implements UploadSession {
  readonly #core: StoreCore
  readonly #treeId: TreeId
  readonly #blockSizeBytes: number
  readonly #reservation: Reservation | undefined
  readonly #isKept: boolean
  readonly #leaves: Uint8Array
  readonly storedCount: number
  #state: 'open' | 'committed' | 'discarded' | 'suspended' = 'open'

  constructor(core: StoreCore, init: UploadSessionInit) {
    this.#core = core
    this.#treeId = init.treeId
    this.#blockSizeBytes = init.blockSizeBytes
    this.#reservation = init.reservation
    this.#isKept = init.isKept
    this.#leaves = init.stored?.leaves ?? new Uint8Array()
    this.storedCount = init.stored?.count ?? 0
  }

  get id(): number {
    return this.#treeId
  }

  async put(blocks: readonly IndexedBlock[], { signal }: AbortOptions = {}): Promise<void> {
    signal?.throwIfAborted()
    this.#requireOpen()
    for (const block of blocks) checkBlock(block, this.#blockSizeBytes, MAX_BLOCK_COUNT)
    const unstored = blocks.filter((block) => !this.#wasStored(block))
    if (unstored.length === 0) return
    await this.#core.write(async (tx) => {
      const pages = new TreePages(tx, this.#treeId)
      const indices = unstored.map(({ index }) => index)
      const digests = unstored.map(({ digest }) => digest)
      // Asked together: each wait for an answer of the database costs more than what is asked for in vain.
      const [{ tree }, known] = await Promise.all([
        this.#stagingTree(tx),
        readUses(tx, digests),
        pages.load({ indices, positions: indices }),
      ])
      const { fresh, replaced, addedCount } = placeBlocks(pages, unstored)
      pages.save(tx)
      putTree(tx, this.#treeId, { ...tree, haveCount: tree.haveCount + addedCount })
      await releaseUses(tx, replaced, this.#blockSizeBytes)
      const current = replaced.length === 0 ? known : await readUses(tx, digests)
      this.#core.ledger.checkTotals(addUses(tx, fresh, current))
      signal?.throwIfAborted()
    })
    for (const { index } of unstored) this.#leaves.fill(0, index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES)
    this.#reservation?.spend(unstored.length * this.#blockSizeBytes)
  }

  async commit(dataset: Parameters<UploadSession['commit']>[0]): Promise<DatasetEntry> {
    this.#requireOpen()
    const checked = readManifest(dataset)
    await this.#checkComplete(checked, dataset.nodes)
    await this.#putNodes(dataset.nodes, checked.blockCount)
    const entry = await this.#core.write((tx) => this.#makeLive(tx, checked), { isDurable: true })
    this.#end('committed')
    // The dataset is in; what its staging tree or the tree before it left over can also be freed by the next start.
    await this.#core.reclaimer.run().catch(() => undefined)
    return entry
  }

  async discard(): Promise<void> {
    if (this.#state === 'committed' || this.#state === 'suspended') return
    if (this.#state === 'open') {
      await this.#core.write(async (tx) => {
        const staged = await storedTree(tx, this.#treeId)
        if (staged?.tree.state === 'staging') abandonUpload(tx, staged)
      })
      this.#end('discarded')
    }
    await this.#core.reclaimer.run()
  }

  async suspend(): Promise<void> {
    if (!this.#isKept) return this.discard()
    if (this.#state === 'open') this.#end('suspended')
  }

  #end(state: 'committed' | 'discarded' | 'suspended'): void {
    this.#state = state
    this.#core.openUploads.delete(this.#treeId)
    this.#reservation?.release()
  }

  /** Whether a block was here, the same, when the session began. */
  #wasStored({ index, digest }: IndexedBlock): boolean {
    const start = index * DIGEST_BYTES
    return start < this.#leaves.byteLength && sameBytes(this.#leaves.subarray(start, start + DIGEST_BYTES), digest)
  }

  #requireOpen(): void {
    if (this.#state !== 'open') throw new QuireError('ERR_STORE_FAILED', `This upload was ${this.#state} before.`)
  }

  async #stagingTree(tx: KvReader): Promise<StoredTree> {
    const staged = await storedTree(tx, this.#treeId)
    if (staged?.tree.state === 'staging') return staged
    throw new QuireError('ERR_STORE_FAILED', 'What was stored of this upload is gone.')
  }

  async #checkComplete({ blockCount, manifest, rootDigest }: CheckedManifest, nodes: Uint8Array): Promise<void> {
    const { tree } = await this.#core.kv.read((tx) => this.#stagingTree(tx))
    const isWhole = tree.haveCount === blockCount && nodes.byteLength === nodeCountOf(blockCount) * DIGEST_BYTES
    if (isWhole && tree.blockSizeBytes === manifest.blockSizeBytes && sameBytes(rootOf(nodes), rootDigest)) return
    const message = `The manifest (${blockCount} blocks) does not fit what was put (${tree.haveCount}).`
    throw new QuireError('ERR_MANIFEST_INVALID', message)
  }

  /** Pages full of leaves are here since `put`; they must say what `nodes` says. */
  async #putNodes(nodes: Uint8Array, leafCount: number): Promise<void> {
    const pageCount = Math.ceil(nodes.byteLength / PAGE_BYTES)
    for (let first = 0; first < pageCount; first += PAGES_PER_GROUP) {
      const count = Math.min(PAGES_PER_GROUP, pageCount - first)
      const group = Array.from({ length: count }, (_, i) => first + i)
      await this.#core.write(async (tx) => {
        await Promise.all(group.map((page) => this.#putPage(tx, page, { nodes, leafCount })))
      })
    }
  }

  async #putPage(tx: KvWriter, page: number, { nodes, leafCount }: { nodes: Uint8Array; leafCount: number }) {
    const start = page * PAGE_BYTES
    const bytes = nodes.subarray(start, start + PAGE_BYTES)
    const leaves = nodes.subarray(start, Math.min(start + PAGE_BYTES, leafCount * DIGEST_BYTES))
    const key = pageKey(this.#treeId, 'nodes', page)
    const staged = leaves.byteLength > 0 ? await tx.get('pages', key) : undefined
    if (leaves.byteLength > 0 && !sameBytes(withLength(staged, leaves.byteLength), leaves)) {
      throw new QuireError('ERR_STORE_FAILED', 'The tree’s leaves are not the blocks that were put.')
    }
    if (leaves.byteLength < bytes.byteLength) tx.put('pages', key, bytes)
  }

  async #makeLive(tx: KvWriter, dataset: CheckedManifest): Promise<DatasetEntry> {
    const manifestDigest = digestOf(dataset.manifestCid)
    const { tree: staged } = await this.#stagingTree(tx)
    const before = await liveTree(tx, dataset.rootDigest)
    if (before !== undefined) checkSameShape(before, dataset)
    const isNew = !(await tx.has('manifests', manifestDigest))
    const manifestCount = (before?.tree.manifestCount ?? 0) + (isNew ? 1 : 0)
    if (before?.tree.haveCount === dataset.blockCount) {
      putTree(tx, before.id, { ...before.tree, manifestCount })
      putTree(tx, this.#treeId, { ...staged, state: 'deleting' })
    } else {
      // A part that was fetched before gives its place to the whole.
      if (before !== undefined) putTree(tx, before.id, { ...before.tree, manifestCount: 0, state: 'deleting' })
      putTree(tx, this.#treeId, { ...staged, blockCount: dataset.blockCount, manifestCount, state: 'live' })
      tx.put('roots', dataset.rootDigest, treeKey(this.#treeId))
    }
    if (isNew) await putManifest(tx, dataset, { origin: 'upload', addedAtMs: this.#core.now() })
    // Whoever gives the same file again wants it here, whatever was said of it before.
    else await pinDataset(tx, dataset.manifestCid, true)
    deleteUploadNote(tx, this.#treeId)
    const entry = await readEntry(tx, manifestDigest)
    if (entry === undefined) throw new QuireError('ERR_STORE_FAILED', 'The dataset was not stored.')
    return entry
  }
}

/** Enters blocks in the pages: those to store, and the digests whose places they take. */
function placeBlocks(pages: TreePages, blocks: readonly IndexedBlock[]) {
  const placed = new Map(blocks.map((block) => [block.index, block]))
  const fresh: IndexedBlock[] = []
  const replaced: Uint8Array[] = []
  for (const block of placed.values()) {
    const before = pages.add(block.index) ? undefined : pages.node(block.index)
    if (before !== undefined && sameBytes(before, block.digest)) continue
    if (before !== undefined) replaced.push(before)
    pages.setNode(block.index, block.digest)
    fresh.push(block)
  }
  return { fresh, replaced, addedCount: fresh.length - replaced.length }
}

/** A stored page ends with its last byte that is not zero. */
function withLength(stored: Uint8Array | undefined, byteLength: number): Uint8Array {
  const bytes = new Uint8Array(byteLength)
  bytes.set(stored?.subarray(0, byteLength) ?? [])
  return bytes
}
