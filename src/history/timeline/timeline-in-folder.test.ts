import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLmdbHistoryKv } from '../../store/lmdb-history-kv.ts'
import { describeSearch } from '../search/search.contract.ts'
import { describeTimeline, type TimelineHarness } from './timeline.contract.ts'

/** As Node keeps it. */
const harness: TimelineHarness = {
  async create() {
    const path = await mkdtemp(join(tmpdir(), 'quire-history-'))
    return { kv: createLmdbHistoryKv({ path }), remove: () => rm(path, { recursive: true, force: true }) }
  },
}

describeTimeline(harness)
describeSearch(harness)
