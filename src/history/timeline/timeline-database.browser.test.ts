import { createIdbHistoryKv } from '../../store/idb-history-kv.ts'
import { describeSearch } from '../search/search.contract.ts'
import { describeTimeline, type TimelineHarness } from './timeline.contract.ts'

const harness: TimelineHarness = {
  async create() {
    const databaseName = `history-${crypto.randomUUID()}`
    const kv = createIdbHistoryKv({ databaseName })
    const remove = async (): Promise<void> => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      await kv.close()
      const request = indexedDB.deleteDatabase(databaseName)
      request.addEventListener('success', () => resolve())
      request.addEventListener('error', () => reject(request.error ?? new Error('It was not deleted.')))
      await promise
    }
    return { kv, remove }
  },
}

describeTimeline(harness)
describeSearch(harness)
