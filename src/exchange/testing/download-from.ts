import { expect } from 'vitest'
import { ManualClock } from './manual-clock.ts'
import { MemoryHub } from './memory-network.ts'
import type { SampleDataset } from './sample-dataset.ts'
import { type Script, ScriptedPeer } from './scripted-peer.ts'
import { startFetcher, startHolder, type TestNode } from './test-node.ts'

export interface DownloadFrom {
  readonly clock: ManualClock
  readonly hub: MemoryHub
  readonly bad: ScriptedPeer
  readonly fetcher: TestNode
  /** The download; rejected after `cancel`. */
  readonly finished: Promise<void>
  readonly cancel: () => Promise<void>
  /** An honest peer with everything joins. */
  readonly connectHonest: () => Promise<void>
}

/** A download whose only peer follows a script; time stands until it is told to go on. */
export async function downloadFrom(
  dataset: SampleDataset,
  script: Omit<Script, 'dataset' | 'name'>,
  init: { isRelay?: boolean } = {},
): Promise<DownloadFrom> {
  const clock = new ManualClock()
  const hub = new MemoryHub()
  const bad = await ScriptedPeer.start(hub, { name: 'bad', dataset, ...script })
  const fetcher = await startFetcher(hub, { name: 'fetcher', dataset, clock })
  if (init.isRelay === true) fetcher.network.relays.add(bad.network.peer)
  hub.connect(fetcher.network, bad.network)
  const stopping = new AbortController()
  const finished = fetcher.exchange.download(dataset, { signal: stopping.signal })
  return {
    clock,
    hub,
    bad,
    fetcher,
    finished,
    cancel: async () => {
      stopping.abort(new Error('enough'))
      await expect(finished).rejects.toThrow('enough')
    },
    connectHonest: async () => {
      const honest = await startHolder(hub, { name: 'honest', dataset })
      hub.connect(fetcher.network, honest.network)
    },
  }
}
