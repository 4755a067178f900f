/** Follows the addresses that a link carries: whoever can be reached, all at the same time. */
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerKey } from '../codec/peer-key.ts'
import { QuireError } from '../errors.ts'
import { parseAddress, targetOf } from './addresses.ts'
import type { DirectDialer } from './direct-dialer.ts'
import { asError } from './failure.ts'
import { parsePeerKey } from './peer-identity.ts'

// A link names one sharer, or a few; one that names hundreds would make each reader’s browser dial them all.
const MAX_PEERS = 8

export interface LinkHintsComponents {
  readonly dialer: DirectDialer
  readonly self: PeerKey
}

/**
 * Connects directly to the peers that `addresses` name; resolves with those that were reached, at least one.
 *
 * Texts that are no addresses, that name no peer, or that name this node are passed over.
 * Errors: `ERR_DIAL_FAILED`, with an `AggregateError` of what happened to each peer as its cause. Aborts with the signal’s
 * reason; peers that were reached stay connected.
 */
export async function followHints(
  { dialer, self }: LinkHintsComponents,
  addresses: readonly string[],
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<PeerKey[]> {
  const peers = [...peersOf(addresses, self)].slice(0, MAX_PEERS)
  const outcomes = await Promise.allSettled(
    peers.map(async ([peer, known]) => {
      await dialer.reach(peer, known, options.signal)
      return peer
    }),
  )
  options.signal?.throwIfAborted()
  const reached = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value)
  if (reached.length > 0) return reached
  const errors = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => asError(reason))
  const message = peers.length === 0 ? 'The link names no device.' : 'No device that the link names can be reached.'
  throw new QuireError('ERR_DIAL_FAILED', message, {
    cause: new AggregateError(errors),
    details: { peers: peers.length },
  })
}

function peersOf(addresses: readonly string[], self: PeerKey): Map<PeerKey, Multiaddr[]> {
  const peers = new Map<PeerKey, Multiaddr[]>()
  for (const text of addresses) {
    const address = parseAddress(text)
    const target = address === undefined ? undefined : targetOf(address)
    const peer = target === undefined ? undefined : parsePeerKey(target)
    if (address === undefined || peer === undefined || peer === self) continue
    peers.set(peer, [...(peers.get(peer) ?? []), address])
  }
  return peers
}
