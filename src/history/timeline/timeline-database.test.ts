import { MemoryKv } from '../../store/memory-kv.ts'
import { describeSearch } from '../search/search.contract.ts'
import { describeTimeline, type TimelineHarness } from './timeline.contract.ts'

const harness: TimelineHarness = { create: async () => ({ kv: new MemoryKv(), remove: async () => undefined }) }

describeTimeline(harness)
describeSearch(harness)
