/**
 * Makes room by letting go of datasets that are not pinned, those not used for longest first.
 *
 *   no room ─▶ candidates (not pinned, the policy lets them go) ─▶ one by one: manifests away ─▶ blocks freed ─▶ enough?
 *
 * Datasets that share a tree go together, or stay together where one of them must stay. Without a policy nothing goes.
 */
import { digestOf } from '../codec/cid.ts'
import type { DatasetEntry, EvictionPolicy, EvictionReason } from './block-store.ts'
import { readTotals } from './block-uses.ts'
import { readEntries, readEntry, removeManifest } from './catalog.ts'
import { type Kv, type KvWriter, textOfKey } from './kv.ts'
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
    const usedBytes = async (): Promise<number> => (await this.#kv.read(readTotals)).usedBytes
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
        const gone = await this.#kv.write((tx) => removeAll(tx, oldest.entries, { policy, reason: wanted.reason }), {
          isDurable: true,
        })
        if (!gone) continue
        evicted.push(...oldest.entries)
        policy.onGone(oldest.entries)
        await this.#reclaimer.run()
        freedBytes = usedBefore - (await usedBytes())
      }
      return Math.max(0, freedBytes)
    } finally {
      if (evicted.length > 0) policy.onEvicted(evicted, wanted.reason)
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
  const digests = entries.map(({ manifestCid }) => digestOf(manifestCid))
  const current = await Promise.all(digests.map((digest) => readEntry(tx, digest)))
  if (!current.every((entry) => entry !== undefined && mayGo(entry, judging))) return false
  for (const digest of digests) await removeManifest(tx, digest)
  return true
}
