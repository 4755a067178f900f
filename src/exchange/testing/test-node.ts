import { loadNodeHasher } from '../../merkle/hasher.ts'
import type { BlockStore } from '../../store/block-store.ts'
import { createMemoryBlockStore } from '../../store/memory-block-store.ts'
import type { Clock } from '../clock.ts'
import { BlockExchange, type BlockExchangeInit } from '../exchange.ts'
import type { TransferState } from '../transfer-state.ts'
import type { MemoryHub, MemoryNode } from './memory-network.ts'
import { type SampleDataset, storeWith } from './sample-dataset.ts'

/** A whole node as the exchange sees it: network, store, exchange. */
export interface TestNode {
  readonly network: MemoryNode
  readonly store: BlockStore
  readonly exchange: BlockExchange
}

export interface TestNodeInit extends BlockExchangeInit {
  readonly name: string
  readonly store?: BlockStore
  readonly clock?: Clock
  /** Without it blocks are asked for lowest first, so that a test can say which one comes when. */
  readonly random?: () => number
}

export async function startNode(hub: MemoryHub, init: TestNodeInit): Promise<TestNode> {
  const { name, clock, random = () => 0, ...exchangeInit } = init
  const store = init.store ?? createMemoryBlockStore()
  if (init.store === undefined) await store.start()
  const network = hub.addNode(name)
  const exchange = new BlockExchange({ network, store, clock, random, hasher: await loadNodeHasher() }, exchangeInit)
  await exchange.start()
  return { network, store, exchange }
}

/** A node that has a dataset, or some blocks of it. */
export async function startHolder(
  hub: MemoryHub,
  init: TestNodeInit & { dataset: SampleDataset; indices?: readonly number[] },
): Promise<TestNode> {
  const { dataset, indices, ...nodeInit } = init
  return startNode(hub, { ...nodeInit, store: await storeWith(dataset, indices) })
}

/** A node that has entered a dataset and has nothing of it. */
export async function startFetcher(hub: MemoryHub, init: TestNodeInit & { dataset: SampleDataset }): Promise<TestNode> {
  const { dataset, ...nodeInit } = init
  return startHolder(hub, { ...nodeInit, dataset, indices: [] })
}

/** States as they come, one text each: “moving 2”. */
export function recordStates(): { states: string[]; onState: (state: TransferState) => void } {
  const states: string[] = []
  return {
    states,
    onState: (state) => {
      const rest = 'peers' in state ? state.peers : 'askedPeers' in state ? state.askedPeers : state.reason
      states.push(`${state.state} ${rest}`)
    },
  }
}
