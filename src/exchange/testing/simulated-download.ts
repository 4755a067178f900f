/** Downloads in simulated time over modelled lines: honest seeders and fetchers, all connected, and whoever joins them. */
import { withInstantHashing } from '../../../e2e/swarm/instant-hashing.ts'
import { SeededRandom } from '../../../e2e/swarm/seeded-random.ts'
import { SimulatedHub, type SimulatedNode } from '../../../e2e/swarm/simulated-network.ts'
import { loadNodeHasher } from '../../merkle/hasher.ts'
import type { BlockStore } from '../../store/block-store.ts'
import { BlockExchange, type ExchangeReport } from '../exchange.ts'
import { ManualClock, oneTurn } from './manual-clock.ts'
import { holdsAll, makeDataset, type SampleDataset, storeWith } from './sample-dataset.ts'
import { type Script, ScriptedPeer } from './scripted-peer.ts'

const LINE = { upMbit: 20, downMbit: 100 }
/** The same latency for all, so that one peer more changes nothing for the others. */
const HUB = { leastLatencyMs: 30, mostLatencyMs: 30, loss: 0, lookupPeers: 0, maxConnections: 50 }
const LIMIT_MS = 300_000

/** What a hostile peer of a simulated download does; `start` runs once it is connected to all fetchers. */
export interface Behaviour extends Omit<Script, 'name' | 'dataset'> {
  readonly start?: (
    peer: ScriptedPeer<SimulatedNode>,
    swarm: { readonly fetchers: readonly SimulatedNode[]; readonly dataset: SampleDataset },
  ) => void
}

export interface SimulatedDownloadInit {
  readonly dataset: SampleDataset
  readonly seeders: number
  readonly fetchers: number
  readonly seed?: number
  readonly hostile?: readonly ((clock: ManualClock) => Behaviour)[]
}

export interface SimulatedDownload {
  /** Of each fetcher; the limit for one that did not become whole. */
  readonly tookMs: readonly number[]
  readonly areWhole: boolean
  /** Of each fetcher. */
  readonly reports: readonly ExchangeReport[]
}

interface Member {
  readonly network: SimulatedNode
  readonly store: BlockStore
  readonly exchange: BlockExchange
}

/** Blocks of the usual size. */
export function makeSimulatedDataset(blockCount: number): Promise<SampleDataset> {
  return withInstantHashing(() => makeDataset(blockCount, { blockSizeBytes: 65_536 }))
}

/** Every fetcher begins at once; the hostile peers are there before any seeder. */
export function simulateDownload(init: SimulatedDownloadInit): Promise<SimulatedDownload> {
  return withInstantHashing(async () => {
    const { dataset, seed = 1, hostile = [] } = init
    const clock = new ManualClock({ settle: oneTurn })
    const hub = new SimulatedHub({ clock, random: new SeededRandom(seed) }, HUB)
    // Each has its own chance: what others do does not change what it chooses.
    let nextSeed = 100 * seed
    const add = (name: string, indices?: number[]): Promise<Member> =>
      addMember(hub, { name, dataset, indices, chance: new SeededRandom(nextSeed++) })
    const fetchers = await Promise.all(Array.from({ length: init.fetchers }, (_, i) => add(`fetcher-${i}`, [])))
    const seeders = await Promise.all(Array.from({ length: init.seeders }, (_, i) => add(`seeder-${i}`)))
    for (const [i, behave] of hostile.entries()) await addHostile(hub, { name: `bad-${i}`, dataset, fetchers }, behave)
    for (const seeder of seeders) for (const fetcher of fetchers) hub.connect(fetcher.network, seeder.network)
    for (const [i, a] of fetchers.entries()) {
      for (const b of fetchers.slice(i + 1)) hub.connect(a.network, b.network)
    }
    const tookMs = fetchers.map(() => LIMIT_MS)
    const finished = fetchers.map(async ({ exchange }, i) => {
      await exchange.download(dataset)
      tookMs[i] = clock.now()
    })
    let isOver = false
    void Promise.all(finished).then(() => (isOver = true))
    await clock.run(() => isOver, LIMIT_MS)
    const areWhole = (await Promise.all(fetchers.map(({ store }) => holdsAll(store, dataset)))).every(Boolean)
    const reports = fetchers.map(({ exchange }) => exchange.report())
    const ends = await Promise.allSettled([
      ...finished,
      ...[...fetchers, ...seeders].map(({ exchange }) => exchange.stop()),
    ])
    const failure = ends.find((end) => end.status === 'rejected')
    if (isOver && failure !== undefined) throw failure.reason
    return { tookMs, areWhole, reports }
  })
}

async function addMember(
  hub: SimulatedHub,
  {
    name,
    dataset,
    indices,
    chance,
  }: { name: string; dataset: SampleDataset; indices: number[] | undefined; chance: SeededRandom },
): Promise<Member> {
  const network = hub.addNode(name, LINE)
  const store = await storeWith(dataset, indices)
  const parts = { network, store, clock: hub.clock, random: () => chance.next(), hasher: await loadNodeHasher() }
  const exchange = new BlockExchange(parts)
  await exchange.start()
  return { network, store, exchange }
}

async function addHostile(
  hub: SimulatedHub,
  { name, dataset, fetchers }: { name: string; dataset: SampleDataset; fetchers: readonly Member[] },
  behave: (clock: ManualClock) => Behaviour,
): Promise<void> {
  const { start, ...script } = behave(hub.clock)
  const peer = await ScriptedPeer.on(hub.addNode(name, LINE), { dataset, ...script })
  const networks = fetchers.map(({ network }) => network)
  for (const network of networks) hub.connect(network, peer.network)
  start?.(peer, { fetchers: networks, dataset })
}
