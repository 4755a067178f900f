/**
 * How this node is connected, for people and programs: what the network says, with rates, relays and what is announced.
 *
 *   network.status() ──▶ Connectivity.status() ──▶ QuireNode.status, watch ──▶ PageNode ──▶ the page’s Network place
 */
import type { NetworkStatus, NodeNetwork } from './node-parts.ts'
import type { DatasetAnnouncer } from './dataset-announcer.ts'
import { type PeerRate, PeerRates } from './peer-rates.ts'

type PeerInfo = NetworkStatus['peers'][number]

export type ConnectedPeer = PeerInfo & PeerRate

export interface NodeStatus extends Omit<NetworkStatus, 'peers'> {
  readonly peers: readonly ConnectedPeer[]
}

interface ConnectivityComponents {
  readonly network: Pick<NodeNetwork, 'status'>
  readonly announcer: Pick<DatasetAnnouncer, 'announcedCount'>
}

export class Connectivity {
  readonly #network: ConnectivityComponents['network']
  readonly #announcer: ConnectivityComponents['announcer']
  readonly #rates = new PeerRates()

  constructor({ network, announcer }: ConnectivityComponents) {
    this.#network = network
    this.#announcer = announcer
  }

  status(): NodeStatus {
    const status = this.#network.status()
    const { maxCount } = status.announcing
    // The network hears of a dataset a little later.
    const wantedCount = this.#announcer.announcedCount
    return {
      ...status,
      peers: this.#rates.rated(status.peers),
      announcing: { wantedCount, announcedCount: Math.min(wantedCount, maxCount), maxCount },
    }
  }
}
