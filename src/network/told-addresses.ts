/**
 * Addresses that are told again count from then on.
 *
 * libp2p hides an address an hour after it first heard of it, however often it was told since: a native node that stays, and
 * tells its addresses every twenty minutes, is named without any. So what is told again is forgotten first, and then new.
 */
import type { Libp2p, PeerData, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

type PeerStore = Libp2p['peerStore']

/** Longer than identify repeats itself, and well within the hour with a holder’s twenty minutes between two tellings. */
const RENEW_MS = 10 * 60_000
const MAX_PEERS = 10_000

/** From now on, for all who tell `peerStore` of addresses. */
export function renewToldAddresses(peerStore: PeerStore, self: PeerId): void {
  const patch = peerStore.patch.bind(peerStore)
  const merge = peerStore.merge.bind(peerStore)
  const renewals = new Renewals()
  const renew = async (id: PeerId, data: PeerData): Promise<void> => {
    const told = [...(data.multiaddrs ?? []), ...(data.addresses ?? []).map(({ multiaddr }) => multiaddr)]
    if (told.length === 0 || id.equals(self) || !renewals.isDue(id.toString())) return
    if (!(await peerStore.has(id))) return
    const toldTexts = new Set(told.map((address) => withoutPeer(address, id)))
    const { addresses } = await peerStore.get(id)
    const others = addresses.filter(({ multiaddr }) => !toldTexts.has(withoutPeer(multiaddr, id)))
    await patch(id, { addresses: others })
  }
  peerStore.patch = async (id, data, options) => {
    await renew(id, data)
    return patch(id, data, options)
  }
  peerStore.merge = async (id, data, options) => {
    await renew(id, data)
    return merge(id, data, options)
  }
}

class Renewals {
  readonly #atMs = new Map<string, number>()

  isDue(peer: string): boolean {
    const nowMs = Date.now()
    const beforeMs = this.#atMs.get(peer)
    if (beforeMs !== undefined && nowMs - beforeMs < RENEW_MS) return false
    this.#atMs.delete(peer)
    this.#atMs.set(peer, nowMs)
    const [oldest] = this.#atMs.keys()
    if (this.#atMs.size > MAX_PEERS && oldest !== undefined) this.#atMs.delete(oldest)
    return true
  }
}

function withoutPeer(address: Multiaddr, id: PeerId): string {
  const suffix = `/p2p/${id.toString()}`
  const text = address.toString()
  return text.endsWith(suffix) ? text.slice(0, -suffix.length) : text
}
