/** What a transfer does now, for people. */
export type TransferState =
  /** Peers are being found and asked; none has said that it has what is missing. */
  | { readonly state: 'looking'; readonly askedPeers: number }
  /** So many peers have what is missing; nothing has come yet. */
  | { readonly state: 'connected'; readonly peers: number }
  /** Blocks come from so many peers; from so many of them, where there are any, through a relay. */
  | { readonly state: 'moving'; readonly peers: number; readonly relayedPeers?: number | undefined }
  /**
   * Nobody has what is missing; it goes on when somebody comes. `no-peer`: nobody is connected. `no-holder`: those who are
   * connected do not have it, or do not answer.
   */
  | { readonly state: 'waiting'; readonly reason: 'no-peer' | 'no-holder' }

export interface TransferFacts {
  readonly connected: number
  readonly asked: number
  readonly holders: number
  readonly delivering: number
  /** Of these, through a relay. */
  readonly relayed: number
  /** A first lookup came to its end, and peers had the time to answer. */
  readonly hasLooked: boolean
}

export function stateOf(facts: TransferFacts): TransferState {
  const { delivering: peers, relayed: relayedPeers } = facts
  if (peers > 0) return { state: 'moving', peers, ...(relayedPeers > 0 ? { relayedPeers } : {}) }
  if (facts.holders > 0) return { state: 'connected', peers: facts.holders }
  if (!facts.hasLooked) return { state: 'looking', askedPeers: facts.asked }
  return { state: 'waiting', reason: facts.connected === 0 ? 'no-peer' : 'no-holder' }
}

export function isSameState(a: TransferState | undefined, b: TransferState): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
