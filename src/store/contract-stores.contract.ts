import { afterEach, beforeEach } from 'vitest'
import type { BlockStore } from './block-store.ts'
import { KvBlockStore } from './kv-block-store.ts'
import type { Kv } from './kv.ts'
import { quotaProbe } from './quota.ts'
import { audit } from './store-audit.contract.ts'

/** A place that outlives the connections to it. */
export interface Backing {
  /** A new connection, not yet open. */
  connect(): Kv
  remove(): Promise<void>
}

export interface StoreHarness {
  /** How many operations lie between two crashes that are tried; 1 where it is not given. */
  readonly crashStride?: number
  createBacking(): Promise<Backing>
}

export interface ContractStores {
  /** A started store on the test’s backing, at 1 GiB quota unless told otherwise. */
  start(init?: { quotaBytes?: number; kv?: Kv; now?: () => number }): Promise<BlockStore>
  /** A new connection to the test’s backing. */
  connect(): Kv
}

const DEFAULT_QUOTA_BYTES = 1024 ** 3

/** A fresh backing for each test; afterwards every count in it is checked and every store stopped. */
export function useStores(harness: StoreHarness): ContractStores {
  let backing: Backing | undefined
  const stores: BlockStore[] = []
  const connections: Kv[] = []

  const connect = (): Kv => {
    if (backing === undefined) throw new Error('A connection outside a test.')
    const kv = backing.connect()
    connections.push(kv)
    return kv
  }

  beforeEach(async () => {
    backing = await harness.createBacking()
  })

  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.stop()))
    try {
      await audit(connect())
    } finally {
      await Promise.all(connections.splice(0).map((kv) => kv.close()))
      await backing?.remove()
    }
  })

  return {
    connect,
    async start({ quotaBytes = DEFAULT_QUOTA_BYTES, kv = connect(), now } = {}) {
      const store = new KvBlockStore({ kv, probe: quotaProbe({ quotaBytes }) }, { now })
      stores.push(store)
      await store.start()
      return store
    },
  }
}

/** Resolves when a store has freed what it had to free. */
export async function settle(store: BlockStore): Promise<void> {
  const session = await store.beginUpload({ blockSizeBytes: 4096 })
  await session.discard()
}
