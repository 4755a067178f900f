import type { PeerReport } from '../peer-counters.ts'
import { MemoryHub } from './memory-network.ts'
import { holdsAll, type SampleDataset } from './sample-dataset.ts'
import { type Script, ScriptedPeer } from './scripted-peer.ts'
import { startFetcher, startHolder, type TestNode } from './test-node.ts'

/** A download from an honest peer and one that follows a script. */
export async function downloadBeside(
  dataset: SampleDataset,
  script: Omit<Script, 'dataset' | 'name'>,
): Promise<{ fetcher: TestNode; bad: ScriptedPeer; report: PeerReport | undefined; isWhole: boolean }> {
  const hub = new MemoryHub()
  const honest = await startHolder(hub, { name: 'honest', dataset })
  const bad = await ScriptedPeer.start(hub, { name: 'bad', dataset, ...script })
  const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
  hub.connect(fetcher.network, bad.network)
  hub.connect(fetcher.network, honest.network)
  await fetcher.exchange.download(dataset)
  const report = fetcher.exchange.report().peers.find((peer) => peer.peer === 'bad')
  return { fetcher, bad, report, isWhole: await holdsAll(fetcher.store, dataset) }
}
