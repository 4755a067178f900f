/** What a node is made of, each part as narrow as the node needs it. */
import type { BlockStore } from '../store/block-store.ts'
import type { SettingsStore } from '../store/settings-store.ts'
import type { BlockExchange } from '../exchange/exchange.ts'
import type { ExchangeNetwork } from '../exchange/network-port.ts'
import type { NetworkLog } from '../network/network-log.ts'
import type { QuireNetwork } from '../network/quire-network.ts'

export type { NetworkLog } from '../network/network-log.ts'
export type { NetworkStatus } from '../network/network-init.ts'

export type NodeNetwork = Pick<
  QuireNetwork,
  | 'peerId'
  | 'start'
  | 'stop'
  | 'status'
  | 'onStatusChange'
  | 'connect'
  | 'provide'
  | 'unprovide'
  | 'shareAddresses'
  | 'reconnect'
  | 'checkNat'
> &
  Pick<ExchangeNetwork, 'findProviders'>

export type NodeExchange = Pick<
  BlockExchange,
  | 'start'
  | 'stop'
  | 'fetchManifest'
  | 'download'
  | 'getBlock'
  | 'isMissing'
  | 'blockMap'
  | 'report'
  | 'uploadLimits'
  | 'setUploadLimits'
>

export interface NodeParts {
  readonly store: BlockStore
  readonly network: NodeNetwork
  readonly exchange: NodeExchange
  /** Remembers fetches over a restart; without it they end with the node. */
  readonly settings?: SettingsStore | undefined
  readonly log: NetworkLog
}
