/**
 * Messages by topic, among those who are connected: gossipsub, held to the rules of Quire.
 */
import type { PeerKey } from '../codec/peer-key.ts'

/** accept: relay it · ignore: keep it to ourselves · reject: whoever sent it should have known. */
export type PubsubVerdict = 'accept' | 'ignore' | 'reject'

/** Judges a message of a topic before it is passed on to anybody; a rejection counts as “ignore”. */
export type PubsubListener = (message: Uint8Array, from: PeerKey) => Promise<PubsubVerdict>

/** What `QuireNetwork.pubsub` offers. */
export interface PubsubTopics {
  /** Listens to a topic until the returned unsubscribe is called; at most one listener a topic. */
  subscribe(topic: string, listener: PubsubListener): () => void
  /** Resolves with how many peers it was sent to; 0 where nobody listens. */
  publish(topic: string, message: Uint8Array): Promise<number>
  /** Connected peers that listen to a topic. */
  subscribers(topic: string): PeerKey[]
}
