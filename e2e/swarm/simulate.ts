/**
 * One simulated swarm: real exchanges and real stores over modelled wires, in time that passes from event to event.
 *
 *   seeders have all · the others come within `spreadS`, find each other by lookups, download, and stay and serve
 *   → until every node that is still there is whole, or nothing happens before `limitS` → measures
 */
import { BlockExchange } from '../../src/exchange/exchange.ts'
import { ManualClock, oneTurn } from '../../src/exchange/testing/manual-clock.ts'
import { makeDataset, type SampleDataset, storeWith } from '../../src/exchange/testing/sample-dataset.ts'
import { loadNodeHasher } from '../../src/merkle/hasher.ts'
import type { BlockStore } from '../../src/store/block-store.ts'
import { withInstantHashing } from './instant-hashing.ts'
import { type Member, measure, type SwarmResult } from './measures.ts'
import { idealOf } from './ideal.ts'
import { ratesOf, type Scenario } from './scenario.ts'
import { SeededRandom } from './seeded-random.ts'
import { type LinkRates, SimulatedHub } from './simulated-network.ts'

interface SwarmParts {
  readonly hub: SimulatedHub
  readonly dataset: SampleDataset
  readonly scenario: Scenario
  readonly firstCopyAtMs: Map<number, number>
}

/** Runs a scenario to its end; the same scenario gives the same result. */
export function simulate(scenario: Scenario): Promise<SwarmResult> {
  return withInstantHashing(async () => {
    const { seed, blocks, blockBytes, seeders, nodes, limitS } = scenario
    const clock = new ManualClock({ settle: oneTurn })
    const hub = new SimulatedHub({ clock, random: new SeededRandom(seed) }, scenario)
    const dataset = await makeDataset(blocks, { seed, blockSizeBytes: blockBytes })
    const firstCopyAtMs = new Map<number, number>()
    const swarm = { hub, dataset, scenario, firstCopyAtMs }
    const members: Member[] = []
    for (let i = 0; i < seeders; i++) members.push(await addSeeder(swarm, i))
    for (let i = 0; i < nodes; i++) members.push(await addDownloader(swarm, i))
    const isOver = (member: Member): boolean => member.doneAtMs !== undefined || member.hasLeft
    await clock.run(() => members.every(isOver), 1000 * limitS)
    const result = measure(scenario, { members, firstCopyAtMs, nowMs: clock.now() })
    for (const member of members) {
      member.hasLeft = true
      hub.remove(member.network)
      await member.exchange.stop()
    }
    return result
  })
}

async function addSeeder(swarm: SwarmParts, i: number): Promise<Member> {
  const { hub, dataset, scenario } = swarm
  const rates = { upMbit: scenario.seederUpMbit, downMbit: scenario.downMbit }
  const member = await addMember(swarm, { name: `seeder-${i}`, rates, store: await storeWith(dataset), isSeeder: true })
  member.doneAtMs = 0
  await member.network.provide()
  if (scenario.seedersLeaveS > 0) hub.clock.setTimeout(() => leave(hub, member), 1000 * scenario.seedersLeaveS)
  return member
}

async function addDownloader(swarm: SwarmParts, i: number): Promise<Member> {
  const { hub, scenario } = swarm
  const { clock, random } = hub
  const rates = ratesOf(scenario, i)
  const store = await watchedStore(swarm)
  const member = await addMember(swarm, { name: `node-${i}`, rates, store, isSeeder: false })
  member.startedAtMs = random.between(0, 1000 * scenario.spreadS)
  const goesForGood = random.next() < scenario.churn
  const stayMs = random.between(0, 1000 * idealOf(scenario).medianS)
  clock.setTimeout(() => void download(member, swarm), member.startedAtMs)
  if (goesForGood) clock.setTimeout(() => leave(hub, member), member.startedAtMs + stayMs)
  return member
}

async function addMember(
  { hub }: SwarmParts,
  init: { name: string; rates: LinkRates; store: BlockStore; isSeeder: boolean },
): Promise<Member> {
  const { store, name, rates, isSeeder } = init
  const network = hub.addNode(name, rates)
  const exchange = new BlockExchange({
    network,
    store,
    clock: hub.clock,
    random: () => hub.random.next(),
    hasher: await loadNodeHasher(),
  })
  await exchange.start()
  return { network, exchange, store, isSeeder, startedAtMs: 0, doneAtMs: undefined, hasLeft: false }
}

async function download(member: Member, { hub, dataset, scenario }: SwarmParts): Promise<void> {
  if (member.hasLeft) return
  if (scenario.announceEarly > 0) await member.network.provide()
  try {
    await member.exchange.download(dataset)
    member.doneAtMs = hub.clock.now()
    await member.network.provide()
  } catch (error) {
    // Only a node that went is stopped in the middle of its download.
    if (!member.hasLeft) throw error
  }
}

function leave(hub: SimulatedHub, member: Member): void {
  member.hasLeft = true
  hub.remove(member.network)
  void member.exchange.stop()
}

/** An empty store that notes when it gets a block before every other one. */
async function watchedStore({ hub, dataset, firstCopyAtMs }: SwarmParts): Promise<BlockStore> {
  const inner = await storeWith(dataset, [])
  const putBlocks: BlockStore['putBlocks'] = async (treeCid, blocks) => {
    await inner.putBlocks(treeCid, blocks)
    for (const { index } of blocks) {
      if (!firstCopyAtMs.has(index)) firstCopyAtMs.set(index, hub.clock.now())
    }
  }
  return new Proxy(inner, {
    get(target, property) {
      if (property === 'putBlocks') return putBlocks
      const value: unknown = Reflect.get(target, property, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
