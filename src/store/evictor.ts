/**
 * Makes room by letting go of datasets that are not pinned, those not used for longest first.
 *
 *   no room ─▶ candidates (not pinned, the policy lets them go) ─▶ one by one: manifests away ─▶ blocks freed ─▶ enough?
 *
 * Datasets that share a tree go together, or stay together where one of them must stay. Without a policy nothing goes.
 */
import { digestOf } from '../codec/cid.ts'
import { isQuireError } from '../errors.ts'
import type { DatasetEntry, EvictionPolicy, EvictionReason } from './block-store.ts'
import { readTotals } from './block-uses.ts'
import { readEntries, readEntry, removeManifest, type StoredTree } from './catalog.ts'
import { cutRoot } from './emptied-trees.ts'
import { type Kv, type KvReader, type KvWriter, textOfKey } from './kv.ts'
import { Mutex } from './mutex.ts'
import type { Reclaimer } from './reclaimer.ts'

export interface RoomWanted {
  /** More than 0. */
  readonly bytes: number
  readonly reason: EvictionReason
  /** Content that must stay although nobody else says so. */
  readonly sparedRoot?: Uint8Array | undefined
  /** True to free what can be freed where it is not enough; otherwise nothing goes then. */
  readonly isPartOfUse?: boolean | undefined
}

/** All datasets of one tree. */
interface Candidate {
  readonly entries: readonly DatasetEntry[]
  readonly sizeBytes: number
  readonly lastUsedAtMs: number
}

export class Evictor {
  readonly #kv: Kv
  readonly #reclaimer: Reclaimer
  /** Room that is made for one is not counted for another. */
  readonly #turns = new Mutex()
  #policy: EvictionPolicy | undefined

  constructor(components: { kv: Kv; reclaimer: Reclaimer }) {
    this.#kv = components.kv
    this.#reclaimer = components.reclaimer
  }

  setPolicy(policy: EvictionPolicy | undefined): void {
    this.#policy = policy
  }

  /** Resolves with the bytes that were freed, durably; 0 where too little may go. Errors: those of the store. */
  async makeRoom(wanted: RoomWanted): Promise<number> {
    const policy = this.#policy
    return policy === undefined ? 0 : this.#turns.run(() => this.#makeRoom(wanted, policy))
  }

  async #makeRoom(wanted: RoomWanted, policy: EvictionPolicy): Promise<number> {
    const usedBytes = async (): Promise<number> =>
      (await this.#kv.read(readTotals)).usedBytes - this.#reclaimer.hollowBytes
    const usedBefore = await usedBytes()
    const evicted: DatasetEntry[] = []
    let freedBytes = 0
    try {
      let candidates = await this.#candidates(wanted, policy)
      const mostBytes = candidates.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
      if (mostBytes < wanted.bytes && wanted.isPartOfUse !== true) return 0
      while (freedBytes < wanted.bytes && !this.#reclaimer.isStopped) {
        const [oldest, ...others] = candidates
        if (oldest === undefined) break
        candidates = others
        const gone = await this.#remove(oldest.entries, { policy, reason: wanted.reason })
        if (!gone) continue
        evicted.push(...oldest.entries)
        policy.onGone(oldest.entries)
        await this.#reclaimer.run().catch((error: unknown) => {
          // What is freed may not be enough for the rest of it yet.
          if (!this.#reclaimer.isHollow || !isQuireError(error, 'ERR_STORE_FULL')) throw error
        })
        freedBytes = usedBefore - (await usedBytes())
      }
      return Math.max(0, freedBytes)
    } finally {
      if (evicted.length > 0) policy.onEvicted(evicted, wanted.reason)
    }
  }

  async #remove(entries: readonly DatasetEntry[], judging: Judging): Promise<boolean> {
    try {
      return await this.#kv.write((tx) => removeAll(tx, entries, judging), { isDurable: true })
    } catch (error) {
      if (!isQuireError(error, 'ERR_STORE_FULL')) throw error
      if (await this.#reclaimer.empty((tx) => cutAll(tx, entries, judging))) return true
      throw error
    }
  }

  /** Those not used for longest first. */
  async #candidates({ sparedRoot, reason }: RoomWanted, policy: EvictionPolicy): Promise<Candidate[]> {
    const spared = sparedRoot && textOfKey(sparedRoot)
    const trees = new Map<string, DatasetEntry[]>()
    for (const entry of await this.#kv.read(readEntries)) {
      const root = textOfKey(digestOf(entry.manifest.treeCid))
      if (root !== spared) trees.set(root, [...(trees.get(root) ?? []), entry])
    }
    return [...trees.values()]
      .filter((entries) => entries.every((entry) => mayGo(entry, { policy, reason })))
      .map((entries) => ({
        entries,
        sizeBytes: Math.max(...entries.map(({ haveCount, manifest }) => haveCount * manifest.blockSizeBytes)),
        lastUsedAtMs: Math.max(...entries.map((entry) => policy.lastUsedAtMs(entry))),
      }))
      .filter(({ sizeBytes }) => sizeBytes > 0)
      .toSorted((a, b) => a.lastUsedAtMs - b.lastUsedAtMs)
  }
}

interface Judging {
  readonly policy: EvictionPolicy
  readonly reason: EvictionReason
}

function mayGo(entry: DatasetEntry, { policy, reason }: Judging): boolean {
  return !entry.isPinned && policy.mayEvict(entry, reason)
}

/** False, with nothing changed, where one of them is pinned, used or gone by now. */
async function removeAll(tx: KvWriter, entries: readonly DatasetEntry[], judging: Judging): Promise<boolean> {
  if (!(await mayAllGo(tx, entries, judging))) return false
  for (const { manifestCid } of entries) await removeManifest(tx, digestOf(manifestCid))
  return true
}

/** The same without putting anything, for the tree that they share. */
async function cutAll(
  tx: KvWriter,
  entries: readonly DatasetEntry[],
  judging: Judging,
): Promise<StoredTree | undefined> {
  const [first] = entries
  if (first === undefined || !(await mayAllGo(tx, entries, judging))) return undefined
  return cutRoot(tx, digestOf(first.manifest.treeCid), entries.length)
}

async function mayAllGo(tx: KvReader, entries: readonly DatasetEntry[], judging: Judging): Promise<boolean> {
  const current = await Promise.all(entries.map(({ manifestCid }) => readEntry(tx, digestOf(manifestCid))))
  return current.every((entry) => entry !== undefined && mayGo(entry, judging))
}
