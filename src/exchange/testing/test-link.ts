import { LaneShares } from '../lane-shares.ts'
import { PeerBook } from '../peer-counters.ts'
import { PeerLink, type PeerLinkHandlers } from '../peer-link.ts'
import { Reading } from '../reading.ts'
import type { ManualClock } from './manual-clock.ts'
import { MemoryHub } from './memory-network.ts'

/** A link to a peer that nobody is behind, for what only counts and keeps. */
export function makeLink(clock: ManualClock, name = 'peer', handling: Partial<PeerLinkHandlers> = {}): PeerLink {
  const network = new MemoryHub().addNode(name)
  const handlers = {
    onMessage: () => undefined,
    onRequest: () => Promise.resolve(),
    onViolation: () => undefined,
    onRoom: () => undefined,
    ...handling,
  }
  const { peer } = network
  const counters = new PeerBook().of(peer)
  const components = { peer, network, clock, counters, shares: new LaneShares(), reading: new Reading({ clock }) }
  return new PeerLink(components, handlers)
}
