/**
 * What hostile peers cost an honest download, in simulated time over modelled lines: 16 MiB from three seeders of 20 Mbit/s,
 * alone and beside three hostile peers of the same line.
 */
import { describe, expect, it } from 'vitest'
import { withInstantHashing } from '../../e2e/swarm/instant-hashing.ts'
import { SeededRandom } from '../../e2e/swarm/seeded-random.ts'
import { SimulatedClock } from '../../e2e/swarm/simulated-clock.ts'
import { SimulatedHub, type SimulatedNode } from '../../e2e/swarm/simulated-network.ts'
import { CONTROL, encodeFrame, WANT_BLOCKS_RESPONSE } from '../codec/frame.ts'
import { encodeWantBlocksResponse, type WantBlocksResponse } from '../codec/want-blocks.ts'
import { loadNodeHasher } from '../merkle/hasher.ts'
import { BlockExchange, type ExchangeReport } from './exchange.ts'
import { holdsAll, makeDataset, type SampleDataset, storeWith } from './testing/sample-dataset.ts'
import { type Script, ScriptedPeer } from './testing/scripted-peer.ts'

const LINE = { upMbit: 20, downMbit: 100 }
const HUB = { leastLatencyMs: 20, mostLatencyMs: 40, loss: 0, lookupPeers: 0, maxConnections: 50 }
const dataset = await withInstantHashing(() => makeDataset(256, { blockSizeBytes: 65_536 }))

type Behaviour = Omit<Script, 'name' | 'dataset'>

interface Outcome {
  readonly tookMs: number
  readonly isWhole: boolean
  readonly report: ExchangeReport
}

async function makeExchange(network: SimulatedNode, hub: SimulatedHub, of: SampleDataset, indices?: number[]) {
  const store = await storeWith(of, indices)
  const { clock, random } = hub
  const parts = { network, store, clock, random: () => random.next(), hasher: await loadNodeHasher() }
  const exchange = new BlockExchange(parts)
  await exchange.start()
  return { exchange, store }
}

/** A download from three honest seeders and three peers that behave as given. */
function download(behave?: (clock: SimulatedClock) => Behaviour): Promise<Outcome> {
  return withInstantHashing(async () => {
    const clock = new SimulatedClock()
    const hub = new SimulatedHub({ clock, random: new SeededRandom(1) }, HUB)
    const fetcher = hub.addNode('fetcher', LINE)
    const { exchange, store } = await makeExchange(fetcher, hub, dataset, [])
    const seeders = await Promise.all(
      [1, 2, 3].map(async (i) => {
        const network = hub.addNode(`seeder-${i}`, LINE)
        return { network, ...(await makeExchange(network, hub, dataset)) }
      }),
    )
    if (behave !== undefined) {
      for (const i of [1, 2, 3]) {
        const bad = await ScriptedPeer.on(hub.addNode(`bad-${i}`, LINE), { dataset, ...behave(clock) })
        hub.connect(fetcher, bad.network)
      }
    }
    for (const { network } of seeders) hub.connect(fetcher, network)
    let isDone = false
    const finished = exchange.download(dataset).then(() => (isDone = true))
    await clock.run(() => isDone, 300_000)
    const outcome = {
      tookMs: clock.now(),
      isWhole: isDone && (await holdsAll(store, dataset)),
      report: exchange.report(),
    }
    for (const seeder of seeders) await seeder.exchange.stop()
    const [ended] = await Promise.allSettled([finished, exchange.stop()])
    if (isDone && ended.status === 'rejected') throw ended.reason
    return outcome
  })
}

function spoiled(honest: WantBlocksResponse): WantBlocksResponse {
  return { ...honest, blocks: honest.blocks.map((block) => ({ ...block, data: block.data.map((byte) => byte ^ 1) })) }
}

const BEHAVIOURS: [string, (clock: SimulatedClock) => Behaviour][] = [
  ['claim everything and answer nothing', () => ({ answer: () => 'silence' })],
  ['claim everything and answer without a block', () => ({ answer: (honest) => ({ ...honest, blocks: [] }) })],
  ['send wrong data', () => ({ answer: spoiled })],
  [
    'let their answers trickle',
    (clock) => ({
      answer: (honest, request, peer) => {
        if (peer.requests.length === 1) peer.trickle(honest, request, { clock, everyMs: 100 })
        return 'silence'
      },
    }),
  ],
  [
    'stop in the middle of an answer',
    () => ({
      answer: (honest) => encodeFrame(WANT_BLOCKS_RESPONSE, encodeWantBlocksResponse(honest)).subarray(0, 50_000),
    }),
  ],
  [
    'answer with endless messages',
    () => ({
      answer: () => {
        const message = encodeFrame(CONTROL, new Uint8Array([0x0a, 0x02, 0x10, 0x00]))
        const flood = new Uint8Array(10_000 * message.byteLength)
        for (let at = 0; at < flood.byteLength; at += message.byteLength) flood.set(message, at)
        return flood
      },
    }),
  ],
  [
    'give some blocks and then no more',
    () => ({ answer: (honest, _request, peer) => (peer.requests.length < 20 ? honest : 'silence') }),
  ],
  [
    'answer after ten seconds',
    (clock) => ({
      answer: (honest, request, peer) => {
        clock.setTimeout(() => peer.answerLate(honest, request), 10_000)
        return 'silence'
      },
    }),
  ],
]

const alone = await download()

describe('beside as many hostile peers as honest ones', () => {
  it.each(BEHAVIOURS)('a download is at most a fifth slower when they %s', async (_title, behave) => {
    const { tookMs, isWhole, report } = await download(behave)

    expect(isWhole).toBe(true)
    expect(tookMs).toBeLessThan(1.2 * alone.tookMs)
    expect(report.inFlightHighWaterBytes).toBeLessThanOrEqual(report.budgetBytes)
  })
})
