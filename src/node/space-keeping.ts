/**
 * What stays on this device and what may go.
 *
 *   setPinned ──▶ store                         reads, fetches, uploads ──▶ DatasetUses ──▶ store, once a minute
 *   no room, or little left ──▶ store asks mayEvict ──▶ gone: not announced, not listed ──▶ onEvicted
 */
import { cidText, type ManifestCid } from '../codec/cid.ts'
import { QuireError } from '../errors.ts'
import type { DatasetEntry, EvictionReason } from '../store/block-store.ts'
import { DatasetUses, type DatasetUsesInit } from './dataset-uses.ts'
import type { NodeFeed } from './node-feed.ts'
import type { NodeParts } from './node-parts.ts'
import type { Eviction, NodeSpace } from './node-space.ts'
import type { OpenDataset } from './open-datasets.ts'
import type { QuietDatasets } from './quiet-datasets.ts'
import { isEnded } from './transfer.ts'
import type { TransferChange, Transfers } from './transfers.ts'

/** How much is kept free, of what there is in all, and at most. */
const LOW_SHARE = 0.05
const LOW_BYTES = 256 * 1024 ** 2
const CHECK_MS = 60_000
/** What somebody has just fetched does not go only because little is left. */
const LOW_AGE_MS = 24 * 60 * 60 * 1000

export interface SpaceKeepingInit extends DatasetUsesInit {
  /** True to let datasets that are not pinned go when room is needed; otherwise all stays until somebody removes it. */
  readonly isEvicting?: boolean | undefined
}

interface SpaceKeepingComponents extends Pick<NodeParts, 'store' | 'log'> {
  /** Held for communities, which have quotas of their own. */
  readonly quiet: Pick<QuietDatasets, 'has'>
  readonly transfers: Pick<Transfers, 'list'>
  readonly feed: Pick<NodeFeed, 'tell' | 'mark'>
  /** A dataset can be read no more. */
  readonly onGone: (cid: ManifestCid) => void
}

export class SpaceKeeping {
  readonly uses: DatasetUses
  readonly #parts: SpaceKeepingComponents
  readonly #isEvicting: boolean
  #timer: ReturnType<typeof setInterval> | undefined
  #checking: Promise<void> | undefined

  constructor(components: SpaceKeepingComponents, init: SpaceKeepingInit = {}) {
    this.#parts = components
    this.#isEvicting = init.isEvicting ?? false
    this.uses = new DatasetUses(components, init)
  }

  /** Once the store has started. */
  start(): void {
    if (!this.#isEvicting) return
    const { store, onGone } = this.#parts
    store.setEviction({
      mayEvict: (entry, reason) => this.#mayEvict(entry, reason),
      lastUsedAtMs: (entry) => this.uses.lastUsedAtMs(entry),
      onGone: (entries) => entries.forEach(({ manifestCid }) => onGone(manifestCid)),
      onEvicted: (entries, reason) => this.#tell({ entries, reason, atMs: this.uses.now() }),
    })
    this.#timer = setInterval(() => this.check(), CHECK_MS)
    this.check()
  }

  /** Before the store stops. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#parts.store.setEviction(undefined)
    await this.#checking
    await this.uses.flush()
  }

  /** A transfer leaves less room, however it ended. */
  follow(change: TransferChange): void {
    if (change.type === 'transfer' && isEnded(change.transfer)) this.check()
  }

  /** Lets what is old go where little room is left; nothing waits for it. */
  check(): void {
    if (this.#timer === undefined || this.#checking !== undefined) return
    this.#checking = this.#keepFree().finally(() => (this.#checking = undefined))
  }

  async space(): Promise<NodeSpace> {
    const { store, quiet } = this.#parts
    const [space, entries] = await Promise.all([store.space(), store.listDatasets()])
    const ofPersons = entries.filter(({ manifestCid }) => !quiet.has(manifestCid))
    return { ...space, ...shares(space.usedBytes, ofPersons) }
  }

  /** Errors: `ERR_DATASET_NOT_FOUND`. */
  async isPinned(cid: ManifestCid): Promise<boolean> {
    const entry = await this.#parts.store.getDataset(cid)
    if (entry === undefined) throw notHere()
    return entry.isPinned
  }

  /** Kept over restarts. Errors: `ERR_DATASET_NOT_FOUND`. */
  async setPinned(cid: ManifestCid, isPinned: boolean): Promise<void> {
    if (!(await this.#parts.store.setPinned(cid, isPinned))) throw notHere()
    this.#parts.feed.mark('datasets', 'space')
  }

  /** What `open` opens stays while it is opened and while its content is read. */
  async whileRead(cid: ManifestCid, open: () => Promise<OpenDataset>): Promise<OpenDataset> {
    const release = this.uses.hold(cid)
    try {
      const opened = await open()
      return { ...opened, content: (options) => this.#held(cid, opened.content(options)) }
    } finally {
      release()
    }
  }

  async *#held(cid: ManifestCid, content: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
    const release = this.uses.hold(cid)
    try {
      yield* content
    } finally {
      release()
      // What peers gave of it is here now.
      this.#parts.feed.mark('datasets', 'space')
    }
  }

  #tell(eviction: Eviction): void {
    const { feed } = this.#parts
    feed.tell({ type: 'evicted', eviction })
    feed.mark('datasets', 'space')
  }

  #mayEvict(entry: DatasetEntry, reason: EvictionReason): boolean {
    const { quiet, transfers } = this.#parts
    const { manifestCid } = entry
    if (quiet.has(manifestCid) || this.uses.isHeld(manifestCid)) return false
    if (reason === 'low' && this.uses.now() - this.uses.lastUsedAtMs(entry) < LOW_AGE_MS) return false
    const text = cidText(manifestCid)
    return !transfers.list().some((transfer) => !isEnded(transfer) && transfer.cid && cidText(transfer.cid) === text)
  }

  async #keepFree(): Promise<void> {
    const { store, log } = this.#parts
    try {
      const { quotaBytes, freeBytes } = await store.space()
      const lowBytes = Math.min(LOW_BYTES, quotaBytes * LOW_SHARE)
      if (freeBytes < lowBytes) await store.keepFree(lowBytes)
    } catch (error) {
      // Whoever stores something next hears of it.
      log('warn', 'no room could be made', { error })
    }
  }
}

/** Bytes of pinned datasets and of others; a tree that several datasets share counts once, and as pinned if one of them is. */
function shares(usedBytes: number, entries: readonly DatasetEntry[]): Pick<NodeSpace, 'pinnedBytes' | 'cachedBytes'> {
  const trees = new Map<string, { readonly sizeBytes: number; readonly isPinned: boolean }>()
  for (const { manifest, haveCount, isPinned } of entries) {
    const key = manifest.treeCid.toString()
    const known = trees.get(key)
    const sizeBytes = haveCount * manifest.blockSizeBytes
    trees.set(key, { sizeBytes, isPinned: isPinned || known?.isPinned === true })
  }
  const sum = (isPinned: boolean): number =>
    [...trees.values()].reduce((total, tree) => total + (tree.isPinned === isPinned ? tree.sizeBytes : 0), 0)
  // Trees may share blocks, which are stored once.
  const pinnedBytes = Math.min(usedBytes, sum(true))
  return { pinnedBytes, cachedBytes: Math.min(usedBytes - pinnedBytes, sum(false)) }
}

function notHere(): QuireError {
  return new QuireError('ERR_DATASET_NOT_FOUND', 'This dataset is not on this device.')
}
