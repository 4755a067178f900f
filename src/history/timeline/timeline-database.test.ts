import { MemoryKv } from '../../store/memory-kv.ts'
import { describeTimeline } from './timeline.contract.ts'

describeTimeline({ create: async () => ({ kv: new MemoryKv(), remove: async () => undefined }) })
