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

  constructor(components: { kv: Kv; ledger: SpaceLedger; reclaimer: Reclaimer; now: () => number }) {
    this.kv = components.kv
    this.ledger = components.ledger
    this.reclaimer = components.reclaimer
    this.now = components.now
  }

  /** `Kv.write`, where a full store tells its numbers. */
  async write<T>(work: (tx: KvWriter) => Promise<T>, options?: KvWriteOptions): Promise<T> {
    try {
      return await this.kv.write(work, options)
    } catch (error) {
      throw await this.ledger.explain(error)
    }
  }
}
