import type { PeerReport } from '../peer-counters.ts'
import type { ManualClock } from './manual-clock.ts'
import { MemoryHub } from './memory-network.ts'
import { holdsAll, type SampleDataset } from './sample-dataset.ts'
import { type Script, ScriptedPeer } from './scripted-peer.ts'
import { startFetcher, startHolder, type TestNode } from './test-node.ts'

export interface Beside {
  readonly hub: MemoryHub
  readonly fetcher: TestNode
  readonly bad: ScriptedPeer
  readonly report: PeerReport | undefined
  readonly isWhole: boolean
}

/**
 * A download from an honest peer and one that follows a script.
 *
 * With a clock it goes on for `afterMs` once the download is over; reports and drops are those of the end.
 */
export async function downloadBeside(
  dataset: SampleDataset,
  script: Omit<Script, 'dataset' | 'name'>,
  time?: { readonly clock: ManualClock; readonly afterMs: number },
): Promise<Beside> {
  const hub = new MemoryHub()
  const honest = await startHolder(hub, { name: 'honest', dataset })
  const bad = await ScriptedPeer.start(hub, { name: 'bad', dataset, ...script })
  const clock = time === undefined ? {} : { clock: time.clock }
  const fetcher = await startFetcher(hub, { name: 'fetcher', dataset, ...clock })
  hub.connect(fetcher.network, bad.network)
  hub.connect(fetcher.network, honest.network)
  const finished = fetcher.exchange.download(dataset)
  await time?.clock.advanceUntil(finished)
  await finished
  const isWhole = await holdsAll(fetcher.store, dataset)
  await time?.clock.advance(time.afterMs)
  const report = fetcher.exchange.report().peers.find((peer) => peer.peer === 'bad')
  return { hub, fetcher, bad, report, isWhole }
}
