import { cidText, type ManifestCid } from '../codec/cid.ts'
import type { BlockStore, DatasetEntry, DatasetUse } from '../store/block-store.ts'
import type { NetworkLog } from './node-parts.ts'

/** How long uses are gathered before they are written, all together. */
const DEFAULT_GATHER_MS = 60_000
/** Between two ranges that a player asks for, nothing is read. */
const DEFAULT_LINGER_MS = 30_000

interface DatasetUsesComponents {
  readonly store: Pick<BlockStore, 'noteUses'>
  readonly log: NetworkLog
}

export interface DatasetUsesInit {
  readonly gatherMs?: number | undefined
  readonly lingerMs?: number | undefined
  readonly now?: (() => number) | undefined
}

/**
 * Which datasets are in use, and when each was used last.
 *
 *   noteUse, hold ──▶ memory ── one write a minute, and one at the end ──▶ store
 */
export class DatasetUses {
  readonly #store: Pick<BlockStore, 'noteUses'>
  readonly #log: NetworkLog
  readonly #gatherMs: number
  readonly #lingerMs: number
  readonly now: () => number
  /** Not written yet. */
  readonly #gathered = new Map<string, DatasetUse>()
  /** By the text of the CID: how many read it now, and until when it counts as read after that. */
  readonly #held = new Map<string, { readers: number; untilMs: number }>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor({ store, log }: DatasetUsesComponents, init: DatasetUsesInit = {}) {
    this.#store = store
    this.#log = log
    this.#gatherMs = init.gatherMs ?? DEFAULT_GATHER_MS
    this.#lingerMs = init.lingerMs ?? DEFAULT_LINGER_MS
    this.now = init.now ?? Date.now
  }

  noteUse(manifestCid: ManifestCid): void {
    this.#gathered.set(cidText(manifestCid), { manifestCid, atMs: this.now() })
    this.#timer ??= setTimeout(() => void this.flush(), this.#gatherMs)
  }

  /** The use and the hold of somebody who reads; they end a little after the returned function was called. */
  hold(cid: ManifestCid): () => void {
    this.noteUse(cid)
    return this.#hold(cid, () => {
      this.noteUse(cid)
      return this.now() + this.#lingerMs
    })
  }

  /** A hold without a use: for what passes over everything. */
  protect(cid: ManifestCid): () => void {
    return this.#hold(cid, () => 0)
  }

  isHeld(cid: ManifestCid): boolean {
    const held = this.#held.get(cidText(cid))
    return held !== undefined && (held.readers > 0 || this.now() < held.untilMs)
  }

  lastUsedAtMs({ manifestCid, lastUsedAtMs }: DatasetEntry): number {
    return Math.max(lastUsedAtMs, this.#gathered.get(cidText(manifestCid))?.atMs ?? 0)
  }

  /** Writes what was gathered; what cannot be written is lost, and its dataset counts as used earlier. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const uses = [...this.#gathered.values()]
    this.#gathered.clear()
    try {
      await this.#store.noteUses(uses)
    } catch (error) {
      this.#log('warn', 'it could not be noted when datasets were used', { error })
    }
  }

  #hold(cid: ManifestCid, end: () => number): () => void {
    const key = cidText(cid)
    const held = this.#held.get(key) ?? { readers: 0, untilMs: 0 }
    held.readers++
    this.#held.set(key, held)
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      held.readers--
      held.untilMs = Math.max(held.untilMs, end())
      this.#sweep()
    }
  }

  #sweep(): void {
    for (const [key, { readers, untilMs }] of this.#held) {
      if (readers === 0 && untilMs <= this.now()) this.#held.delete(key)
    }
  }
}
