import { isQuireError, QuireError } from '../errors.ts'
import { syncKv } from './block-uses.ts'
import type { Evictor } from './evictor.ts'
import type { Kv, KvWriteOptions, KvWriter } from './kv.ts'
import type { Reclaimer } from './reclaimer.ts'
import type { TreeId } from './records.ts'
import type { SpaceLedger } from './space-ledger.ts'

const MEBIBYTE = 1024 ** 2
/** What a write that does not fit makes room for, try after try: first for whatever one dataset takes. */
const ROOM_BYTES = [1, 4 * MEBIBYTE, 16 * MEBIBYTE, 64 * MEBIBYTE, 256 * MEBIBYTE] as const

/** What the store and its upload sessions share. */
export class StoreCore {
  readonly kv: Kv
  readonly ledger: SpaceLedger
  readonly reclaimer: Reclaimer
  readonly evictor: Evictor
  readonly now: () => number
  /** Uploads with a session in this process. */
  readonly openUploads = new Set<TreeId>()
  readonly #idleSyncMs: number | undefined
  #idleTimer: ReturnType<typeof setTimeout> | undefined
  #isUnsynced = false

  constructor(components: {
    kv: Kv
    ledger: SpaceLedger
    reclaimer: Reclaimer
    evictor: Evictor
    now: () => number
    idleSyncMs: number | undefined
  }) {
    this.kv = components.kv
    this.ledger = components.ledger
    this.reclaimer = components.reclaimer
    this.evictor = components.evictor
    this.now = components.now
    this.#idleSyncMs = components.idleSyncMs
  }

  /**
   * `Kv.write`, where a full store first lets go of what may go, and tells its numbers where that does not help; what is not
   * durable becomes so when the store is idle.
   */
  async write<T>(work: (tx: KvWriter) => Promise<T>, options?: KvWriteOptions): Promise<T> {
    try {
      const result = await this.#writeWithRoom(work, options)
      this.#isUnsynced = options?.isDurable !== true
      this.#syncWhenIdle()
      return result
    } catch (error) {
      throw await this.ledger.explain(error)
    }
  }

  /** How much is missing is not known here, so that more room is made with each try. */
  async #writeWithRoom<T>(work: (tx: KvWriter) => Promise<T>, options?: KvWriteOptions): Promise<T> {
    for (const bytes of ROOM_BYTES) {
      try {
        return await this.#writeWhole(work, options)
      } catch (error) {
        if (!isQuireError(error, 'ERR_STORE_FULL')) throw error
        // A store that is too full to let go of something said the essential.
        const room = { bytes, reason: 'needed', isPartOfUse: true } as const
        if ((await this.evictor.makeRoom(room).catch(() => 0)) === 0) throw error
      }
    }
    return this.#writeWhole(work, options)
  }

  /** Where a tree was emptied for want of room, what it still counts is given back before anything is added. */
  async #writeWhole<T>(work: (tx: KvWriter) => Promise<T>, options?: KvWriteOptions): Promise<T> {
    if (this.reclaimer.isHollow) await this.reclaimer.run()
    return this.kv.write(async (tx) => {
      if (this.reclaimer.isHollow) throw new QuireError('ERR_STORE_FULL', 'There is no more room for this site.')
      return work(tx)
    }, options)
  }

  /** Makes what was written before survive a power cut. Errors: those of `Kv.write`. */
  async sync(): Promise<void> {
    clearTimeout(this.#idleTimer)
    if (!this.#isUnsynced) return
    this.#isUnsynced = false
    try {
      await syncKv(this.kv)
    } catch (error) {
      this.#isUnsynced = true
      throw error
    }
  }

  #syncWhenIdle(): void {
    if (this.#idleSyncMs === undefined) return
    clearTimeout(this.#idleTimer)
    if (!this.#isUnsynced) return
    // A store that fails here fails the next write as well, which has somebody to tell.
    this.#idleTimer = setTimeout(() => void this.sync().catch(() => undefined), this.#idleSyncMs)
  }
}
