/**
 * A community’s envelopes over this network: the `HistoryNetwork` that `history/ports.ts` asks for.
 *
 *   new HistoryTransport({ network: QuireNetwork, topicOf }) ──▶ subscribe, publish   (gossipsub, one topic a community)
 *                                                           ├─▶ provideCommunity, answerers  (DHT key of the community)
 *                                                           ╰─▶ ask, answer         (/quire/history/1.0.0)
 */
import type { NetworkLog } from './network-log.ts'
import type { QuireNetwork } from './quire-network.ts'

export interface HistoryTransportComponents {
  readonly network: QuireNetwork
  /** The content topic of a community’s universal chat (`history/crypto/topics.ts`). */
  readonly topicOf: (community: string) => string
  readonly log?: NetworkLog
}
