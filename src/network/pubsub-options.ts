/** How Quire runs gossipsub. */
import type { GossipsubOpts } from '@libp2p/gossipsub'

/** The most that one message may have; larger ones travel in segments. */
export const MAX_MESSAGE_BYTES = 1024 * 1024
/** As gossipsub names itself, newest first. */
export const PUBSUB_PROTOCOLS: readonly string[] = ['/meshsub/1.2.0', '/meshsub/1.1.0', '/meshsub/1.0.0']
// One call between two peers may carry several messages that one of them lacked.
const MAX_CALL_BYTES = 4 * MAX_MESSAGE_BYTES
// A person is in some dozens of communities, a keeper in some thousands; each of a peer’s topics costs a kilobyte here.
const MAX_TOPICS_PER_CALL = 2_000
const MAX_MESSAGES_PER_CALL = 1_000

/** `scoreOf` is 0 for a peer of which nothing is known, less for one that misbehaved. */
export function gossipInit(scoreOf: (peer: string) => number): Partial<GossipsubOpts> {
  return {
    globalSignaturePolicy: 'StrictNoSign',
    // Over relays too: text is small, and within the limits of the relay.
    runOnLimitedConnection: true,
    fallbackToFloodsub: false,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    emitSelf: false,
    doPX: false,
    // Peers are told from each other by `connectionManager` already, and a mesh here is made of whoever is connected.
    tagMeshPeers: false,
    maxInboundDataLength: MAX_CALL_BYTES,
    maxOutboundBufferSize: MAX_CALL_BYTES,
    decodeRpcLimits: {
      maxSubscriptions: MAX_TOPICS_PER_CALL,
      maxMessages: MAX_MESSAGES_PER_CALL,
      maxIhaveMessageIDs: 5_000,
      maxIwantMessageIDs: 5_000,
      maxIdontwantMessageIDs: 512,
      maxControlMessages: 5_000,
      maxPeerInfos: 16,
    },
    scoreParams: {
      appSpecificScore: scoreOf,
      appSpecificWeight: 1,
      // All who come through one relay have its address.
      IPColocationFactorWeight: 0,
    },
  }
}
