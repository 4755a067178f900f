import { describe } from 'vitest'
import type { StoreHarness } from './contract-stores.contract.ts'
import { describeCrashes } from './crashes.contract.ts'
import { describeDeletion } from './deletion.contract.ts'
import { describeEviction } from './eviction.contract.ts'
import { describeFetches } from './fetches.contract.ts'
import { describeKv } from './kv.contract.ts'
import { describeResumedUploads } from './resumed-uploads.contract.ts'
import { describeSpace } from './space.contract.ts'
import { describeUploads } from './uploads.contract.ts'

/** What every backend of the block store must do; after each test all counts are checked against the tables. */
export function describeBlockStore(name: string, harness: StoreHarness): void {
  describe(`block store on ${name}`, () => {
    describeKv(harness)
    describeUploads(harness)
    describeResumedUploads(harness)
    describeFetches(harness)
    describeDeletion(harness)
    describeSpace(harness)
    describeEviction(harness)
    describeCrashes(harness)
  })
}
