/** How bytes travel to a peer, as people are told it and as the exchange needs it. */

/** Why what a peer sends and gets goes through a relay. */
export type WhyRelayed =
  /** A direct way is being looked for now. */
  | 'trying'
  /** This browser has no WebRTC. */
  | 'no-webrtc'
  /** No UDP leaves this network. */
  | 'udp-blocked'
  /** No UDP leaves theirs. */
  | 'udp-blocked-there'
  /** One of the two has IPv4 alone, the other one IPv6. */
  | 'no-common-ip'
  /** The NATs of both networks give each connection another port. */
  | 'symmetric-nat'
  /** That of one network does, and that of the other one lets in nobody who was not asked. */
  | 'symmetric-nat-one-side'
  /** The peer offers no way that this node can dial: TCP to a browser. */
  | 'not-dialable'
  /** A direct way was tried and did not come about. */
  | 'failed'

export type PeerPath =
  /** Straight: to a server, or within one network. */
  | { readonly kind: 'direct' }
  /** Straight, through holes that both sides opened in their NATs at the same time. */
  | { readonly kind: 'punched' }
  /** Through a TURN server: a connection like a direct one, whose bytes somebody carries. */
  | { readonly kind: 'turn' }
  /** `relay` is a peer id, “” where it is not known. */
  | { readonly kind: 'relayed'; readonly relay: string; readonly why: WhyRelayed }

/** What a path to a peer can carry. */
export type PathRoom =
  | { readonly kind: 'direct' }
  /**
   * Bytes that the relay still lets through, both ways together, what it let through when the connection was made, and for how
   * long it does so; `Infinity` where it sets no limit.
   */
  | { readonly kind: 'relayed'; readonly leftBytes: number; readonly limitBytes: number; readonly leftMs: number }
