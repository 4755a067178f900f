/**
 * The block store over any `Kv`; everything that is true of all backends is here and in the files it names.
 *
 *   putBlocks / upload-session.ts ─▶ tree-pages.ts (nodes, presence) + block-uses.ts (bytes once, uses counted)
 *   addDataset / commit / delete  ─▶ catalog.ts (manifest → root → tree)
 *   deleting / staging left over  ─▶ reclaimer.ts (bounded steps)      before any of it ─▶ space-ledger.ts
 *
 * Counters, pages and blocks change in one transaction, so a crash leaves a group whole or not at all.
 */
import { BlockSet } from '../codec/block-set.ts'
import { digestOf, type ManifestCid, type TreeCid } from '../codec/cid.ts'
import { isQuireError, QuireError } from '../errors.ts'
import { loadNodeHasher, type NodeHasher } from '../merkle/hasher.ts'
import type {
  AbortOptions,
  BlockStore,
  DatasetEntry,
  DatasetUse,
  EvictionPolicy,
  IndexedBlock,
  InterruptedUpload,
  NewDataset,
  ProvenBlock,
  StoreSpace,
  UploadFile,
  UploadSession,
} from './block-store.ts'
import {
  createTree,
  enterDataset,
  liveTree,
  NEW_TREE,
  readEntries,
  readEntry,
  readManifest,
  removeManifest,
  storedTree,
} from './catalog.ts'
import { noteDatasetUses, pinDataset } from './dataset-pins.ts'
import { cutDataset } from './emptied-trees.ts'
import { Evictor } from './evictor.ts'
import type { Kv, KvWriter } from './kv.ts'
import { Reclaimer } from './reclaimer.ts'
import { decodeManifestRecord, type TreeId } from './records.ts'
import { neededBytes, SpaceLedger, type SpaceProbe } from './space-ledger.ts'
import { StoreCore } from './store-core.ts'
import { putProvenBlocks, readBlocks, readProvenBlocks } from './tree-blocks.ts'
import { readHaveBytes, readLeaves } from './tree-pages.ts'
import { abandonUpload, putUploadNote, readUpload, resumableUploads } from './upload-notes.ts'
import { KvUploadSession } from './upload-session.ts'

export interface KvBlockStoreInit {
  /** Clock of `addedAtMs`; `Date.now` where it is not given. */
  readonly now?: (() => number) | undefined
  /** Writes are made durable when there was none for so long; only at the end of datasets and in `stop` where it is not given. */
  readonly idleSyncMs?: number | undefined
  /** Whether a full backend commits transactions that only delete, and has room of it at once; it does not where not given. */
  readonly canEmpty?: (() => boolean) | undefined
}

export class KvBlockStore implements BlockStore {
  readonly #core: StoreCore
  #hasher: NodeHasher | undefined

  constructor({ kv, probe }: { kv: Kv; probe: SpaceProbe }, init: KvBlockStoreInit = {}) {
    const { now = Date.now, idleSyncMs, canEmpty } = init
    const reclaimer = new Reclaimer({ kv, canEmpty })
    const evictor = new Evictor({ kv, reclaimer })
    const ledger = new SpaceLedger({ kv, probe, reclaimer, evictor })
    this.#core = new StoreCore({ kv, ledger, reclaimer, evictor, now, idleSyncMs })
  }

  async start(options: AbortOptions = {}): Promise<void> {
    const { kv, reclaimer, now } = this.#core
    options.signal?.throwIfAborted()
    this.#hasher = await loadNodeHasher()
    await kv.open(options)
    await reclaimer.start({ ...options, nowMs: now() })
    // A failure shows with the next write, and the next start tries again; nothing of it is visible meanwhile.
    reclaimer.run().catch(() => undefined)
  }

  async stop(): Promise<void> {
    await this.#core.reclaimer.stop()
    // A store that fails in its last moment has told nobody anything yet that it must take back: groups are lost whole.
    await this.#core.sync().catch(() => undefined)
    await this.#core.kv.close()
  }

  async beginUpload(
    init: { blockSizeBytes: number; sizeBytes?: number | undefined; file?: UploadFile | undefined },
    { signal }: AbortOptions = {},
  ): Promise<UploadSession> {
    signal?.throwIfAborted()
    const { blockSizeBytes, file, sizeBytes = file?.sizeBytes } = init
    const { ledger, now, openUploads } = this.#core
    const blockCount = sizeBytes === undefined ? undefined : Math.ceil(sizeBytes / blockSizeBytes)
    const reservation =
      blockCount === undefined ? undefined : await ledger.reserve(neededBytes(blockCount, blockSizeBytes))
    try {
      const treeId = await this.#core.write(async (tx) => {
        signal?.throwIfAborted()
        const id = await createTree(tx, { ...NEW_TREE, state: 'staging', blockSizeBytes, blockCount: 0 })
        if (file !== undefined) putUploadNote(tx, id, { file, lastUsedAtMs: now() })
        // Inside, so that no list shows it in between.
        openUploads.add(id)
        return id
      })
      return new KvUploadSession(this.#core, { treeId, blockSizeBytes, reservation, isKept: file !== undefined })
    } catch (error) {
      reservation?.release()
      throw error
    }
  }

  async listInterruptedUploads(): Promise<InterruptedUpload[]> {
    const { kv, now, openUploads } = this.#core
    const uploads = await kv.read((tx) => resumableUploads(tx, now()))
    return uploads.filter(({ id }) => !openUploads.has(id))
  }

  async resumeUpload(id: number, { signal }: AbortOptions = {}): Promise<UploadSession | undefined> {
    signal?.throwIfAborted()
    const { kv, ledger, now, openUploads } = this.#core
    const treeId = id as TreeId
    if (openUploads.has(treeId)) return undefined
    openUploads.add(treeId)
    let session: UploadSession | undefined
    try {
      const upload = await kv.read((tx) => readUpload(tx, treeId))
      if (upload === undefined) return undefined
      const { file, blockCount, blockSizeBytes, storedCount } = upload
      const reservation = await ledger.reserve(neededBytes(blockCount - storedCount, blockSizeBytes))
      try {
        const leaves = await kv.read((tx) => readLeaves(tx, treeId, blockCount))
        signal?.throwIfAborted()
        await this.#core.write(async (tx) => putUploadNote(tx, treeId, { file, lastUsedAtMs: now() }))
        const stored = { leaves, count: storedCount }
        session = new KvUploadSession(this.#core, { treeId, blockSizeBytes, reservation, isKept: true, stored })
      } finally {
        if (session === undefined) reservation.release()
      }
      return session
    } finally {
      if (session === undefined) openUploads.delete(treeId)
    }
  }

  async discardUpload(id: number): Promise<boolean> {
    const { openUploads, reclaimer } = this.#core
    const treeId = id as TreeId
    if (openUploads.has(treeId)) return false
    const wasHere = await this.#core.write(async (tx) => {
      const staged = await storedTree(tx, treeId)
      if (staged?.tree.state !== 'staging' || openUploads.has(treeId)) return false
      abandonUpload(tx, staged)
      return true
    })
    if (wasHere) await reclaimer.run()
    return wasHere
  }

  async addDataset(dataset: NewDataset, { signal }: AbortOptions = {}): Promise<DatasetEntry> {
    signal?.throwIfAborted()
    const { origin = 'fetch', addedAtMs = this.#core.now() } = dataset
    const checked = readManifest(dataset)
    const { blockCount, rootDigest, manifest } = checked
    const [known, before] = await this.#core.kv.read((tx) =>
      Promise.all([readEntry(tx, digestOf(dataset.manifestCid)), liveTree(tx, rootDigest)]),
    )
    if (known !== undefined) return known
    const missingCount = blockCount - (before?.tree.haveCount ?? 0)
    await this.#core.ledger.require(neededBytes(missingCount, manifest.blockSizeBytes), rootDigest)
    return this.#core.write(
      async (tx) => {
        signal?.throwIfAborted()
        return enterDataset(tx, checked, { origin, addedAtMs })
      },
      { isDurable: true },
    )
  }

  async putBlocks(treeCid: TreeCid, blocks: readonly ProvenBlock[], { signal }: AbortOptions = {}): Promise<void> {
    signal?.throwIfAborted()
    const hasher = this.#started()
    if (blocks.length === 0) return
    const isComplete = await this.#core.write(async (tx) => {
      const found = await liveTree(tx, digestOf(treeCid))
      if (found === undefined) throw new QuireError('ERR_DATASET_NOT_FOUND', 'The dataset is not here any more.')
      const { totals, haveCount } = await putProvenBlocks(tx, found, { blocks, hasher })
      if (totals !== undefined) this.#core.ledger.checkTotals(totals)
      signal?.throwIfAborted()
      return haveCount === found.tree.blockCount
    })
    if (isComplete) await this.#core.sync()
  }

  async getBlocks(
    treeCid: TreeCid,
    indices: readonly number[],
    { signal }: AbortOptions = {},
  ): Promise<IndexedBlock[]> {
    signal?.throwIfAborted()
    return this.#core.kv.read(async (tx) => {
      const found = await liveTree(tx, digestOf(treeCid))
      return found === undefined ? [] : readBlocks(tx, found, indices)
    })
  }

  async getProvenBlocks(
    treeCid: TreeCid,
    indices: readonly number[],
    { signal }: AbortOptions = {},
  ): Promise<ProvenBlock[]> {
    signal?.throwIfAborted()
    return this.#core.kv.read(async (tx) => {
      const found = await liveTree(tx, digestOf(treeCid))
      return found === undefined ? [] : readProvenBlocks(tx, found, indices)
    })
  }

  async presence(treeCid: TreeCid): Promise<BlockSet | undefined> {
    return this.#core.kv.read(async (tx) => {
      const found = await liveTree(tx, digestOf(treeCid))
      if (found === undefined) return undefined
      const { blockCount } = found.tree
      return new BlockSet(blockCount, await readHaveBytes(tx, found.id, blockCount))
    })
  }

  async getManifest(manifestCid: ManifestCid): Promise<Uint8Array | undefined> {
    const record = await this.#core.kv.read((tx) => tx.get('manifests', digestOf(manifestCid)))
    return record && decodeManifestRecord(record).bytes
  }

  async getDataset(manifestCid: ManifestCid): Promise<DatasetEntry | undefined> {
    return this.#core.kv.read((tx) => readEntry(tx, digestOf(manifestCid)))
  }

  async listDatasets(): Promise<DatasetEntry[]> {
    return this.#core.kv.read(readEntries)
  }

  async deleteDataset(manifestCid: ManifestCid): Promise<boolean> {
    const { reclaimer } = this.#core
    const wasHere = await this.#remove(digestOf(manifestCid))
    if (!wasHere) return false
    await reclaimer.run().catch((error: unknown) => {
      // What is freed may not be enough for the rest of it yet.
      if (!reclaimer.isHollow || !isQuireError(error, 'ERR_STORE_FULL')) throw error
    })
    return true
  }

  async setPinned(manifestCid: ManifestCid, isPinned: boolean): Promise<boolean> {
    return this.#core.write((tx) => pinDataset(tx, manifestCid, isPinned), { isDurable: true })
  }

  async noteUses(uses: readonly DatasetUse[]): Promise<void> {
    if (uses.length > 0) await this.#core.write((tx) => noteDatasetUses(tx, uses))
  }

  async space(): Promise<StoreSpace> {
    return this.#core.ledger.space()
  }

  setEviction(policy: EvictionPolicy | undefined): void {
    this.#core.evictor.setPolicy(policy)
  }

  async keepFree(freeBytes: number): Promise<void> {
    await this.#core.ledger.keepFree(freeBytes)
  }

  async #remove(digest: Uint8Array): Promise<boolean> {
    const { kv, reclaimer } = this.#core
    const remove = (tx: KvWriter): Promise<boolean> => removeManifest(tx, digest)
    try {
      return await kv.write(remove, { isDurable: true })
    } catch (error) {
      if (!isQuireError(error, 'ERR_STORE_FULL')) throw error
      // Nothing else is to go for a deletion, unless its tree is that of another dataset, too.
      if (await reclaimer.empty((tx) => cutDataset(tx, digest))) return true
    }
    return this.#core.write(remove, { isDurable: true })
  }

  #started(): NodeHasher {
    if (this.#hasher !== undefined) return this.#hasher
    throw new QuireError('ERR_STORE_UNAVAILABLE', 'The store was not started.')
  }
}
