/**
 * Where things stand in the drawing of connections, in CSS pixels:
 *
 *   self (left) ── relays and what comes through them (top rows) ── peers (right); direct ones below, their lines pass under
 */
import type { PeerView } from '../../rpc/api.ts'
import type { RelayView } from '../../rpc/connectivity.ts'
import { flowOf, type LineFlow } from './line-flow.ts'

export interface MapInput {
  readonly widthPx: number
  readonly relays: readonly RelayView[]
  readonly peers: readonly PeerView[]
}

interface Place {
  readonly x: number
  readonly y: number
}

export interface RelayNode extends Place {
  readonly relay: RelayView
}

export interface PeerNode extends Place {
  readonly peer: PeerView
}

export interface MapLine extends LineFlow {
  readonly key: string
  /** `relay`: to a relay; `direct`, `relayed`: to a peer. */
  readonly kind: 'relay' | 'direct' | 'relayed'
  readonly isUp: boolean
  /** SVG path data, from this node outwards. */
  readonly path: string
}

export interface NetworkMap {
  readonly widthPx: number
  readonly heightPx: number
  /** Labels stand under their nodes, for want of room beside them. */
  readonly isNarrow: boolean
  readonly self: Place
  readonly relays: readonly RelayNode[]
  readonly peers: readonly PeerNode[]
  /** Peers that are only in the list: the drawing stays one that can be read. */
  readonly more: (Place & { readonly count: number }) | undefined
  readonly lines: readonly MapLine[]
}

const MAX_RELAYS = 4
const NARROW_BELOW_PX = 600
const WIDE = { maxPeers: 12, rowPx: 56, selfX: 72, relayShare: 0.42, peerInsetPx: 216 } as const
const NARROW = { maxPeers: 6, rowPx: 68, selfX: 44, relayShare: 0.5, peerInsetPx: 48 } as const
/** A relay with its two lines of label, and the label below any other node. */
const RELAY_ROW_PX = 88
const RELAY_ABOVE_PX = 28
const LABEL_PX = 52

/** The whole drawing; the same input gives the same drawing. */
export function layOut({ widthPx, relays: allRelays, peers: allPeers }: MapInput): NetworkMap {
  const isNarrow = widthPx < NARROW_BELOW_PX
  const { maxPeers, rowPx, selfX, relayShare, peerInsetPx } = isNarrow ? NARROW : WIDE
  const relays = allRelays.slice(0, MAX_RELAYS)
  const others = allPeers.filter(({ peer }) => !relays.some((relay) => relay.peer === peer))
  const shown = shownOf(others, maxPeers)
  const relayed = shown.filter(isRelayed)
  const direct = shown.filter((peer) => !isRelayed(peer))
  const hiddenCount = others.length - shown.length
  const lowerRows = direct.length + (hiddenCount > 0 ? 1 : 0)
  const upperPx = Math.max(relays.length * RELAY_ROW_PX, relayed.length * rowPx)
  const yOfLower = (row: number): number => upperPx + Math.round((row + 0.5) * rowPx)
  // A relay stands as high in its row as its label below it wants.
  const yOfRelay = (row: number): number =>
    Math.round((upperPx - relays.length * RELAY_ROW_PX) / 2) + row * RELAY_ROW_PX + RELAY_ABOVE_PX
  const relayX = Math.round(widthPx * relayShare)
  const peerX = widthPx - peerInsetPx
  const relayNodes = relays.map((relay, at) => ({ relay, x: relayX, y: yOfRelay(at) }))
  const middle = relayNodes.length === 0 ? upperPx / 2 : (yOfRelay(0) + yOfRelay(relays.length - 1)) / 2
  const firstRelayedY = Math.max(RELAY_ABOVE_PX, middle - ((relayed.length - 1) / 2) * rowPx)
  const peerNodes = [
    ...relayed.map((peer, at) => ({ peer, x: peerX, y: Math.round(firstRelayedY + at * rowPx) })),
    ...direct.map((peer, at) => ({ peer, x: peerX, y: yOfLower(at) })),
  ]
  const self = {
    x: selfX,
    y: Math.round(lowerRows > 0 ? yOfLower((lowerRows - 1) / 2) : Math.max(middle, RELAY_ABOVE_PX)),
  }
  const lowest = Math.max(self.y, ...peerNodes.map(({ y }) => y), ...relayNodes.map(({ y }) => y))
  return {
    widthPx,
    heightPx: Math.max(lowest + LABEL_PX, hiddenCount > 0 ? yOfLower(lowerRows) : 0),
    isNarrow,
    self,
    relays: relayNodes,
    peers: peerNodes,
    more: hiddenCount > 0 ? { x: peerX, y: yOfLower(direct.length), count: hiddenCount } : undefined,
    lines: linesOf({ self, relays: relayNodes, peers: peerNodes }, allPeers),
  }
}

/** At most so many: relayed ones, then those that carry something. Where there is room for all they keep their places. */
function shownOf(peers: readonly PeerView[], maxCount: number): readonly PeerView[] {
  if (peers.length <= maxCount) return peers
  const rank = (peer: PeerView): number => (isRelayed(peer) ? 0 : flowOf(peer).flow === undefined ? 2 : 1)
  return peers.toSorted((a, b) => rank(a) - rank(b)).slice(0, maxCount - 1)
}

function linesOf(
  { self, relays, peers }: Pick<NetworkMap, 'self' | 'relays' | 'peers'>,
  all: readonly PeerView[],
): MapLine[] {
  const toRelays = relays.map(({ relay, ...place }): MapLine => {
    const peer = all.find((candidate) => candidate.peer === relay.peer && !isRelayed(candidate))
    return {
      key: `relay ${relay.address}`,
      kind: 'relay',
      isUp: relay.state !== 'down' && relay.state !== 'connecting',
      path: curve([self, place]),
      ...flowOf(peer),
    }
  })
  const toPeers = peers.map(({ peer, ...place }): MapLine => {
    const { path } = peer
    const relay = path.kind === 'relayed' ? relays.find((node) => node.relay.peer === path.relay) : undefined
    const kind = path.kind === 'relayed' ? 'relayed' : 'direct'
    const way = relay === undefined ? [self, place] : [self, relay, place]
    return { key: `peer ${peer.peer}`, kind, isUp: true, path: curve(way), ...flowOf(peer) }
  })
  return [...toRelays, ...toPeers]
}

function isRelayed({ path }: PeerView): boolean {
  return path.kind === 'relayed'
}

/** Leaves and arrives level, so that lines to one column part early and do not cross. */
function curve(places: readonly Place[]): string {
  const [first, ...rest] = places
  if (first === undefined) return ''
  let path = `M${first.x},${first.y}`
  let from = first
  for (const to of rest) {
    const middle = Math.round((from.x + to.x) / 2)
    path += `C${middle},${from.y} ${middle},${to.y} ${to.x},${to.y}`
    from = to
  }
  return path
}
