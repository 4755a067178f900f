/**
 * A node’s worker that stands still as one does that the system stopped: its thread does nothing, not even hear of its lock,
 * until the page takes `gate` away. What it was about to write it writes then, before it hears of anything.
 */
import { isQuireError } from '../../errors.ts'
import { Fence } from '../../store/fence.ts'
import { IdbKv } from '../../store/idb-kv.ts'
import { KV_TABLES } from '../../store/kv.ts'
import { NodeLock } from '../node-lock.ts'

export interface StoppedNodeOrder {
  readonly lockName: string
  readonly databaseName: string
  /** URL of a blob of the page. */
  readonly gate: string
  readonly key: Uint8Array
  readonly value: Uint8Array
}

export type StoppedNodeReport =
  | { readonly type: 'running' }
  | { readonly type: 'wrote'; readonly outcome: string; readonly hadHeard: boolean }
  | { readonly type: 'stops' }

async function run({ lockName, databaseName, gate, key, value }: StoppedNodeOrder): Promise<void> {
  let hasHeard = false
  const onLost = (): void => {
    hasHeard = true
  }
  await new NodeLock({ name: lockName }).acquire({ steal: new AbortController().signal, onLost })
  const fence = new Fence({ table: 'settings', onMoved: () => tell({ type: 'stops' }) })
  const kv = fence.guard(new IdbKv(databaseName, { tables: KV_TABLES }))
  await kv.open()
  tell({ type: 'running' })
  standStill(gate)
  const hadHeard = hasHeard
  const writing = kv.write(async (tx) => tx.put('settings', key, value), { isDurable: true })
  const outcome = await writing.then(
    () => 'written',
    (error: unknown) => (isQuireError(error) ? error.code : String(error)),
  )
  tell({ type: 'wrote', outcome, hadHeard })
}

function standStill(gate: string): void {
  for (;;) {
    const request = new XMLHttpRequest()
    request.open('GET', gate, false)
    try {
      request.send()
    } catch {
      return
    }
  }
}

function tell(report: StoppedNodeReport): void {
  postMessage(report)
}

addEventListener('message', ({ data }: MessageEvent<StoppedNodeOrder>) => void run(data))
