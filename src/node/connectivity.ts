/**
 * How this node is connected, for people and programs: what the network says, with rates, relays and what is announced.
 *
 *   network.status() ──▶ Connectivity.status() ──▶ QuireNode.status, watch ──▶ PageNode ──▶ the page’s Network place
 */
import type { NetworkStatus, NodeNetwork } from './node-parts.ts'
import type { DatasetAnnouncer } from './dataset-announcer.ts'
import { type PeerRate, PeerRates } from './peer-rates.ts'

type PeerInfo = NetworkStatus['peers'][number]

/** Why what a peer sends and gets goes through a relay. */
export type WhyRelayed = 'trying' | 'no-webrtc' | 'udp-blocked' | 'symmetric-nat' | 'not-dialable' | 'failed'

export type PeerPath =
  | { readonly kind: 'direct' }
  | { readonly kind: 'punched' }
  | { readonly kind: 'relayed'; readonly relay: string; readonly why: WhyRelayed }

export type ConnectedPeer = Omit<PeerInfo, 'path'> & PeerRate & { readonly path: PeerPath }

/** A relay behind which this node waits for others, or tries to. */
export interface RelayStatus {
  readonly peer?: string | undefined
  readonly address: string
  readonly state: 'connecting' | 'down' | 'reserving' | 'refused' | 'reserved'
  readonly reason?: string | undefined
  readonly nextTryAtMs?: number | undefined
}

export interface NatStatus {
  readonly kind: 'none' | 'cone' | 'symmetric' | 'udp-blocked' | 'unknown'
  readonly checkedAtMs?: number | undefined
}

export interface NodeStatus extends Omit<NetworkStatus, 'peers'> {
  readonly peers: readonly ConnectedPeer[]
  readonly relays: readonly RelayStatus[]
  readonly nat: NatStatus
  readonly announcing: { readonly announcedCount: number; readonly maxCount: number }
}

interface ConnectivityComponents {
  readonly network: Pick<NodeNetwork, 'status'>
  readonly announcer: Pick<DatasetAnnouncer, 'announcedCount'>
}

/** The largest number of datasets that a browser should announce. */
const MAX_ANNOUNCED = 1_000

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
    return {
      ...status,
      peers: this.#rates.rated(status.peers).map((peer) => ({ ...peer, path: pathOf(peer, status) })),
      relays: relaysOf(status),
      nat: { kind: 'unknown' },
      announcing: { announcedCount: this.#announcer.announcedCount, maxCount: MAX_ANNOUNCED },
    }
  }
}

function pathOf({ isDirect }: PeerInfo, { reachability }: NetworkStatus): PeerPath {
  if (isDirect) return { kind: 'direct' }
  const hasNoWebRtc = reachability.state === 'not-reachable' && reachability.reason === 'no-webrtc'
  return { kind: 'relayed', relay: '', why: hasNoWebRtc ? 'no-webrtc' : 'trying' }
}

/** Relays that are connected; one behind which this node can be dialled has given a reservation. */
function relaysOf({ peers, addresses }: NetworkStatus): RelayStatus[] {
  return peers
    .filter(({ isKeeper, isDirect }) => isKeeper && isDirect)
    .map(({ peer }) => {
      const behind = `/p2p/${peer}/p2p-circuit`
      const address = addresses.find((candidate) => candidate.includes(behind))
      return {
        peer,
        address: address?.slice(0, address.indexOf('/p2p-circuit')) ?? `/p2p/${peer}`,
        state: address === undefined ? 'reserving' : 'reserved',
      }
    })
}
