import { BlockExchange } from '../exchange/exchange.ts'
import type { ExchangeNetwork } from '../exchange/network-port.ts'
import { loadNodeHasher } from '../merkle/hasher.ts'
import type { BlockStore } from '../store/block-store.ts'
import type { SettingsStore } from '../store/settings-store.ts'
import type { NetworkLog, NodeNetwork } from './node-parts.ts'
import { QuireNode } from './quire-node.ts'
import type { QuireNodeInit } from './quire-node-init.ts'

export interface AssembleNodeComponents {
  readonly store: BlockStore
  readonly network: NodeNetwork & ExchangeNetwork
  /** Closed with the node; see `NodeParts`. */
  readonly settings?: SettingsStore | undefined
  readonly log: NetworkLog
}

/**
 * A node over a store and a network that have not started: `start` and `stop` of the node do that.
 *
 * The browser’s store and network come from `browser-node.ts`; a keeper and a test bring their own.
 */
export async function assembleNode(components: AssembleNodeComponents, init: QuireNodeInit = {}): Promise<QuireNode> {
  const { store, network, settings, log } = components
  const hasher = await loadNodeHasher()
  const exchange = new BlockExchange({ store, network, hasher, log: (event, details) => log('info', event, details) })
  return new QuireNode({ store, network, exchange, settings, log }, init)
}
