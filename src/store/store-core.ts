import { syncKv } from './block-uses.ts'
import type { Kv, KvWriteOptions, KvWriter } from './kv.ts'
import type { Reclaimer } from './reclaimer.ts'
import type { TreeId } from './records.ts'
import type { SpaceLedger } from './space-ledger.ts'

/** What the store and its upload sessions share. */
export class StoreCore {
  readonly kv: Kv
  readonly ledger: SpaceLedger
  readonly reclaimer: Reclaimer
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
    now: () => number
    idleSyncMs: number | undefined
  }) {
    this.kv = components.kv
    this.ledger = components.ledger
    this.reclaimer = components.reclaimer
    this.now = components.now
    this.#idleSyncMs = components.idleSyncMs
  }

  /** `Kv.write`, where a full store tells its numbers; what is not durable becomes so when the store is idle. */
  async write<T>(work: (tx: KvWriter) => Promise<T>, options?: KvWriteOptions): Promise<T> {
    try {
      const result = await this.kv.write(work, options)
      this.#isUnsynced = options?.isDurable !== true
      this.#syncWhenIdle()
      return result
    } catch (error) {
      throw await this.ledger.explain(error)
    }
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
