/**
 * How this node is connected, as data: the ways to peers and relays, what its network lets through, the self-test.
 *
 * Part of `api.ts`: everything is cloneable, and nothing in it was asked of a third party.
 */

/** Why what a peer sends and gets goes through a relay. */
export type WhyRelayed =
  /** A direct way is being looked for now. */
  | 'trying'
  /** This browser has no WebRTC. */
  | 'no-webrtc'
  /** Nothing that goes by UDP leaves this network. */
  | 'udp-blocked'
  /** Nothing that goes by UDP leaves theirs. */
  | 'udp-blocked-there'
  /** One of the two has IPv4 alone, the other one IPv6. */
  | 'no-common-ip'
  /** Both networks give each connection another port. */
  | 'symmetric-nat'
  /** One of the two does, and the other one lets in nobody who was not asked. */
  | 'symmetric-nat-one-side'
  /** It offers no way that this node can dial: TCP to a browser. */
  | 'not-dialable'
  /** A direct way was tried and did not come about. */
  | 'failed'

/** The way that bytes take to a peer. */
export type PeerPath =
  /** Straight: to a server, or within one network. */
  | { readonly kind: 'direct' }
  /** Straight, through holes that both sides opened in their networks’ address translation at the same time. */
  | { readonly kind: 'punched' }
  /** Through a TURN server: a connection like a direct one, whose bytes somebody carries. */
  | { readonly kind: 'turn' }
  /** `relay` is a peer id, “” where it is not known. */
  | { readonly kind: 'relayed'; readonly relay: string; readonly why: WhyRelayed }

/** Why a peer that was looked for could not be reached. */
export type WhyUnreached =
  /** No relay that it waited behind knows it any more. */
  | 'offline'
  | 'relay-down'
  | 'relay-full'
  /** The relay refuses, or cannot reach it. */
  | 'relay-refused'
  /** It offers no address that this node can dial. */
  | 'not-dialable'
  /** Somebody else answers at its address. */
  | 'somebody-else'
  | 'no-answer'

export interface UnreachedPeerView {
  readonly peer: string
  readonly why: WhyUnreached
  /** Milliseconds since 1970. */
  readonly atMs: number
}

/** A relay behind which this node waits for others, or tries to. */
export interface RelayView {
  /** Its peer id, where it is known. */
  readonly peer?: string | undefined
  /** A multiaddr. */
  readonly address: string
  readonly state: 'connecting' | 'down' | 'reserving' | 'refused' | 'reserved' | 'spare'
  /** Why it is down or refuses, a sentence. */
  readonly reason?: string | undefined
  readonly nextTryAtMs?: number | undefined
}

/** What stands between this node and the rest of the network, as STUN servers saw it. */
export interface NatView {
  /**
   * `none`: reached under its own address. `cone`: one address for all peers, direct ways work. `symmetric`: another port for
   * each peer. `udp-blocked`: no STUN server could be reached. `unknown`: not looked yet, or there is no STUN server.
   */
  readonly kind: 'none' | 'cone' | 'symmetric' | 'udp-blocked' | 'unknown'
  /** Versions of IP under which servers saw it. */
  readonly families: readonly (4 | 6)[]
  readonly checkedAtMs?: number | undefined
}

/** How many datasets this node tells the network about. */
export interface AnnouncingView {
  /** Datasets that are here and not switched off. */
  readonly wantedCount: number
  /** The newest of them, at most `maxCount`. */
  readonly announcedCount: number
  /** More would cost more of the line than a browser should spend; see docs/SWARM-LIMITS.md. */
  readonly maxCount: number
}

/** Bytes that come through a relay, in a transfer that moves. */
export interface RelayedView {
  /** So many of the peers that send. */
  readonly peers: number
  readonly why: WhyRelayed
}

/** The checks of a self-test, in their order. */
export type CheckName = 'online' | 'webrtc' | 'keeper' | 'reservation' | 'udp' | 'nat' | 'lookup' | 'peers'

/** What a check found; each belongs to one name, and to one of ok, failed or skipped. */
export type CheckFinding =
  | 'online'
  | 'offline'
  | 'webrtc-works'
  | 'no-webrtc'
  | 'webrtc-broken'
  | 'keeper-answers'
  | 'some-keepers-down'
  | 'no-keeper-answers'
  | 'no-keeper-known'
  | 'reserved'
  | 'reachable-itself'
  | 'relay-full'
  | 'relay-refused'
  | 'no-relay'
  | 'udp-passes'
  | 'udp-blocked'
  | 'no-stun-server'
  | 'nat-none'
  | 'nat-cone'
  | 'nat-symmetric'
  | 'nat-unknown'
  | 'lookup-answered'
  | 'lookup-unanswered'
  | 'peers-direct'
  | 'peers-relayed'
  | 'no-peers'
  | 'error'

export interface CheckView {
  readonly name: CheckName
  /** `skipped`: what it needs is not there; `stopped`: the test was stopped before it was done. */
  readonly state: 'waiting' | 'running' | 'ok' | 'failed' | 'skipped' | 'stopped'
  readonly finding?: CheckFinding | undefined
  readonly tookMs?: number | undefined
  /** What was counted, e.g. `connected` of `known` keepers, `direct` and `relayed` peers. */
  readonly counts?: Readonly<Record<string, number>> | undefined
  /** Where an error has a sentence of its own. */
  readonly reason?: string | undefined
}

/** A test of the connection: all its checks, also those whose turn has not come. */
export interface SelfTestView {
  readonly state: 'running' | 'done' | 'stopped'
  readonly startedAtMs: number
  readonly checks: readonly CheckView[]
}
