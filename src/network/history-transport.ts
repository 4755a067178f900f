/**
 * A community’s envelopes over this network: what `HistoryNetwork` of `history/ports.ts` asks for.
 *
 *   subscribe, publish ─────────▶ gossipsub, one topic a community (its universal content topic)
 *   provideCommunity, answerers ▶ keepers that are connected · addresses of a link · the community’s key in the DHT
 *   ask, answer ────────────────▶ `/quire/history/1.0.0`, one stream a question
 *
 * Keepers and members answer alike; what they say is believed by nobody before its signatures were checked.
 */
import type { Stream } from '@libp2p/interface'
import { fromHex, toHex } from 'multiformats/bytes'
import {
  decodeHistoryAnswer,
  decodeHistoryQuestion,
  encodeHistoryAnswer,
  encodeHistoryQuestion,
  type WireAnswer,
  type WireQuestion,
} from '../codec/history/history-wire.ts'
import type { PeerKey } from '../codec/peer-key.ts'
import { isQuireError, QuireError } from '../errors.ts'
import { Answering } from './answering.ts'
import { communityKeyOf } from './dht-key.ts'
import { asError } from './failure.ts'
import { Gathered } from './gathered.ts'
import { type NetworkLog, silentLog } from './network-log.ts'
import { readFrame, sendFrame } from './one-question.ts'
import type { PubsubListener } from './pubsub.ts'
import type { QuireNetwork } from './quire-network.ts'
import { within } from './waiting.ts'

export const HISTORY_PROTOCOL = '/quire/history/1.0.0'

export interface HistoryTransportComponents {
  readonly network: QuireNetwork
  /** The content topic of a community’s universal chat (`history/crypto/topics.ts`). */
  readonly topicOf: (community: string) => string
  readonly log?: NetworkLog | undefined
}

/** As `HistoryQuestion`: the community as text. */
export type AskedQuestion<C extends string = string> =
  | { readonly kind: 'link'; readonly community: C }
  | (Omit<Extract<WireQuestion, { kind: 'range' }>, 'community'> & { readonly community: C })
  | (Omit<Extract<WireQuestion, { kind: 'digests' }>, 'community'> & { readonly community: C })
  | { readonly kind: 'serve'; readonly community: C; readonly envelopes: readonly Uint8Array[] }

interface AbortOptions {
  readonly signal?: AbortSignal | undefined
}

// An answer of half a mebibyte over a slow relay.
const ANSWER_TIMEOUT_MS = 20_000
const COMMUNITY_ID = /^0x0[23][0-9a-f]{64}$/

/** Subscriptions and answers need a network that has started. */
export class HistoryTransport<C extends string = string> {
  readonly #network: QuireNetwork
  readonly #topicOf: (community: string) => string
  readonly #log: NetworkLog
  readonly #answering: Answering

  constructor({ network, topicOf, log }: HistoryTransportComponents) {
    this.#network = network
    this.#topicOf = topicOf
    this.#log = log ?? silentLog
    this.#answering = new Answering()
  }

  /** Hears of envelopes of a community until the returned unsubscribe is called; one listener a community. */
  subscribe(community: C, onEnvelope: PubsubListener): () => void {
    return this.#network.libp2p.services.pubsub.subscribe(this.#topicOf(community), onEnvelope)
  }

  /** Resolves with how many peers took it. Errors: `ERR_OPTION_INVALID` (more than 1 MiB), `ERR_NODE_STOPPED`. */
  async publish(community: C, envelope: Uint8Array): Promise<number> {
    return this.#network.libp2p.services.pubsub.publish(this.#topicOf(community), envelope)
  }

  /** Tells the DHT, ahead of every dataset, that this device can answer for a community. */
  provideCommunity(community: C): void {
    void this.#provide(community, async (key) => this.#network.provide(key, { sinceMs: Infinity }))
  }

  unprovideCommunity(community: C): void {
    void this.#provide(community, async (key) => this.#network.unprovide(key))
  }

  /**
   * Peers that may answer for a community, each once and once it is connected: keepers and whom a link names first, then those
   * who listen to its topic, then whom the DHT names. Ends when no more are known. Aborts with the signal’s reason.
   */
  async *answerers(
    community: C,
    options: AbortOptions & { readonly addresses?: readonly string[] } = {},
  ): AsyncGenerator<PeerKey> {
    const ended = new AbortController()
    const signal = AbortSignal.any([ended.signal, ...(options.signal === undefined ? [] : [options.signal])])
    const found = new Gathered<PeerKey>(signal)
    this.#gatherNear(community, found)
    void this.#gather(community, found, { addresses: options.addresses ?? [], signal })
    try {
      yield* found
    } finally {
      ended.abort(new QuireError('ERR_NODE_STOPPED', 'Nobody waits for more.'))
    }
  }

  /**
   * One question. Errors: `ERR_PEER_NOT_CONNECTED` (also where the peer does not speak of histories), `ERR_PEER_TIMEOUT`,
   * `ERR_MESSAGE_INVALID`, `ERR_FRAME_TOO_LARGE`. Aborts with the signal’s reason.
   */
  async ask(peer: PeerKey, question: AskedQuestion<C>, options: AbortOptions = {}): Promise<WireAnswer> {
    const bytes = encodeHistoryQuestion({ ...question, community: bytesOfId(question.community) })
    const stream = await this.#network.openStream(peer, HISTORY_PROTOCOL, options)
    const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS)
    try {
      sendFrame(stream, bytes)
      const answer = decodeHistoryAnswer(await readFrame(stream, within(ANSWER_TIMEOUT_MS, timeout, options.signal)))
      if (answer.kind === question.kind) return answer
      throw new QuireError('ERR_MESSAGE_INVALID', 'The peer answered another question.', { details: { peer } })
    } catch (cause) {
      stream.abort(asError(cause))
      options.signal?.throwIfAborted()
      const why = { cause, details: { peer } }
      if (timeout.aborted) throw new QuireError('ERR_PEER_TIMEOUT', 'The peer did not answer.', why)
      if (isQuireError(cause)) throw cause
      throw new QuireError('ERR_PEER_NOT_CONNECTED', 'The peer took no question.', why)
    }
  }

  /** Answers what peers ask, until the returned function is called; undefined says “I know nothing of it”. */
  answer(responder: (question: AskedQuestion<C>, from: PeerKey) => Promise<WireAnswer | undefined>): () => void {
    const onStream = (stream: Stream, peer: PeerKey): void => {
      if (!this.#answering.begin(peer)) {
        stream.abort(new QuireError('ERR_PEER_NOT_CONNECTED', 'Too many questions at a time.'))
        return
      }
      void this.#answer(stream, peer, responder).finally(() => this.#answering.end(peer))
    }
    this.#network.handle(HISTORY_PROTOCOL, onStream).catch((error: unknown) => this.#failed('answering', error))
    return () => {
      this.#network.unhandle(HISTORY_PROTOCOL).catch((error: unknown) => this.#failed('ending to answer', error))
    }
  }

  async #answer(
    stream: Stream,
    peer: PeerKey,
    responder: (question: AskedQuestion<C>, from: PeerKey) => Promise<WireAnswer | undefined>,
  ): Promise<void> {
    try {
      const asked = decodeHistoryQuestion(await readFrame(stream, within(ANSWER_TIMEOUT_MS)))
      const answer = await responder({ ...asked, community: idOfBytes(asked.community) as C }, peer)
      if (answer === undefined) throw new QuireError('ERR_COMMUNITY_NOT_FOUND', 'Nothing is known of this community.')
      sendFrame(stream, encodeHistoryAnswer(answer))
    } catch (error) {
      this.#log('debug', 'a question of a peer was not answered', { peer, error })
      stream.abort(asError(error))
    }
  }

  async #gather(
    community: C,
    found: Gathered<PeerKey>,
    { addresses, signal }: { readonly addresses: readonly string[]; readonly signal: AbortSignal },
  ): Promise<void> {
    await Promise.all([
      this.#gatherAddressed(addresses, found, signal),
      this.#gatherProviders(community, found, signal),
    ])
    // Keepers that were still being dialled; a network that has stopped has none.
    try {
      this.#gatherNear(community, found)
    } catch (error) {
      this.#failed('looking for keepers', error)
    }
    found.end()
  }

  #gatherNear(community: C, found: Gathered<PeerKey>): void {
    const joined = new Set(this.#network.joinedPeers())
    const keepers = this.#network.peers().filter(({ isKeeper, peer }) => isKeeper && joined.has(peer))
    for (const { peer } of keepers) found.add(peer)
    for (const peer of this.#network.libp2p.services.pubsub.subscribers(this.#topicOf(community))) {
      if (joined.has(peer)) found.add(peer)
    }
  }

  async #gatherAddressed(addresses: readonly string[], found: Gathered<PeerKey>, signal: AbortSignal): Promise<void> {
    if (addresses.length === 0) return
    try {
      for (const peer of await this.#network.connect(addresses, { signal })) found.add(peer)
    } catch (error) {
      this.#failed('reaching those that a link names', error)
    }
  }

  async #gatherProviders(community: C, found: Gathered<PeerKey>, signal: AbortSignal): Promise<void> {
    try {
      const key = await communityKeyOf(community)
      for await (const peer of this.#network.findProviders(key, { signal })) found.add(peer)
    } catch (error) {
      this.#failed('asking the DHT', error)
    }
  }

  async #provide(
    community: C,
    tell: (key: Awaited<ReturnType<typeof communityKeyOf>>) => Promise<void>,
  ): Promise<void> {
    try {
      await tell(await communityKeyOf(community))
    } catch (error) {
      this.#failed('telling of a community', error)
    }
  }

  #failed(what: string, error: unknown): void {
    this.#log('debug', 'communities: something failed', { what, error })
  }
}

function bytesOfId(community: string): Uint8Array {
  if (!COMMUNITY_ID.test(community)) throw new QuireError('ERR_COMMUNITY_LINK_INVALID', 'This is no community’s id.')
  return fromHex(community.slice(2))
}

function idOfBytes(bytes: Uint8Array): string {
  return `0x${toHex(bytes)}`
}
