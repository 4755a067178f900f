/** Turns peers that are said to hold a dataset into peers that are connected, in the order in which they are reached. */
import type { PeerInfo } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerKey } from '../codec/peer-key.ts'
import type { NetworkLog } from './network-log.ts'
import { peerKeyOf } from './peer-identity.ts'

export interface ProviderSearchComponents {
  /** Resolves once there is a direct connection. */
  readonly reach: (peer: PeerKey, addresses: readonly Multiaddr[], signal?: AbortSignal) => Promise<unknown>
  /** Peers that are passed over: this node, and those that broke the rules. */
  readonly isExcluded: (peer: PeerKey) => boolean
  readonly log: NetworkLog
}

// Dials at the same time; more would make one lookup eat the tab’s budget of peer connections.
const MAX_PARALLEL_DIALS = 6
// As many as Kademlia’s own lookup returns.
const MAX_PROVIDERS = 20

type Step =
  | { readonly kind: 'found'; readonly provider: PeerInfo | undefined }
  | { readonly kind: 'dialled'; readonly peer: PeerKey; readonly isReached: boolean }

/**
 * Yields each provider once it is connected directly; those that cannot be reached are left out.
 *
 * `find` starts the lookup; its signal aborts when nobody waits for more. Aborts with the signal’s reason. Whoever stops
 * iterating leaves the dials under way to end by themselves.
 */
export async function* connectProviders(
  components: ProviderSearchComponents,
  find: (signal: AbortSignal) => AsyncIterator<PeerInfo>,
  signal?: AbortSignal,
): AsyncGenerator<PeerKey> {
  const ended = new AbortController()
  const found = find(signal === undefined ? ended.signal : AbortSignal.any([ended.signal, signal]))
  const seen = new Set<PeerKey>()
  const dials = new Map<PeerKey, Promise<Step>>()
  let asking: Promise<Step> | undefined = ask(found)
  try {
    while (asking !== undefined || dials.size > 0) {
      const isFull = dials.size >= MAX_PARALLEL_DIALS
      const step: Step = await Promise.race([...dials.values(), ...(asking === undefined || isFull ? [] : [asking])])
      signal?.throwIfAborted()
      if (step.kind === 'dialled') {
        dials.delete(step.peer)
        if (step.isReached) yield step.peer
        continue
      }
      const provider: PeerInfo | undefined = step.provider
      const peer = provider === undefined ? undefined : peerKeyOf(provider.id)
      if (provider !== undefined && peer !== undefined && !seen.has(peer) && !components.isExcluded(peer)) {
        seen.add(peer)
        dials.set(peer, dial(components, { peer, addresses: provider.multiaddrs, signal }))
      }
      asking = provider === undefined || seen.size >= MAX_PROVIDERS ? undefined : ask(found)
    }
  } finally {
    ended.abort()
  }
}

function ask(found: AsyncIterator<PeerInfo>): Promise<Step> {
  const asking = found
    .next()
    .then((result): Step => ({ kind: 'found', provider: result.done === true ? undefined : result.value }))
  // Whoever waits for it hears of its failure; when nobody does any more, nobody needs to.
  asking.catch(() => undefined)
  return asking
}

async function dial(
  { reach, log }: ProviderSearchComponents,
  target: { peer: PeerKey; addresses: readonly Multiaddr[]; signal: AbortSignal | undefined },
): Promise<Step> {
  const { peer, addresses, signal } = target
  try {
    await reach(peer, addresses, signal)
    return { kind: 'dialled', peer, isReached: true }
  } catch (error) {
    log('debug', 'a provider could not be reached', { peer, error })
    return { kind: 'dialled', peer, isReached: false }
  }
}
