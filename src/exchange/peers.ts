import type { Stream } from '@libp2p/interface'
import type { Message } from '../codec/message.ts'
import type { WantBlocksRequest } from '../codec/want-blocks.ts'
import { QuireError } from '../errors.ts'
import type { Clock } from './clock.ts'
import { LaneShares } from './lane-shares.ts'
import { LatestJob } from './latest-job.ts'
import type { ExchangeNetwork, PeerKey } from './network-port.ts'
import type { PeerBook } from './peer-counters.ts'
import { type AnswerChannel, PeerLink } from './peer-link.ts'
import { PresenceQueries, type PresenceQuery } from './presence-queries.ts'
import { Reading } from './reading.ts'

/** A connected peer and what is said to it. */
interface ConnectedPeer {
  readonly link: PeerLink
  readonly queries: PresenceQueries
  /** The answer to its want list; while one is made, only its newest want list waits. */
  readonly wants: LatestJob
}

export interface PeersHandlers {
  onJoin(link: PeerLink): void
  onLeave(peer: PeerKey): void
  onMessage(link: PeerLink, message: Message): void
  onRequest(link: PeerLink, request: WantBlocksRequest, channel: AnswerChannel): Promise<void>
  /** More may be asked of some peer than before. */
  onRoom(): void
  onDrop(peer: PeerKey, reason: string): void
}

/** The peers that content can go to: made when they join, gone when they leave or are dropped. */
export class Peers {
  readonly #network: ExchangeNetwork
  readonly #clock: Clock
  readonly #book: PeerBook
  readonly #handlers: PeersHandlers
  readonly #peers = new Map<PeerKey, ConnectedPeer>()
  /** Dropped, and connected still: relays of ours. They stay out until their connection ends. */
  readonly #shunned = new Set<PeerKey>()
  readonly #shares = new LaneShares()
  readonly #reading: Reading
  #unsubscribe: (() => void) | undefined

  constructor(components: { network: ExchangeNetwork; clock: Clock; book: PeerBook }, handlers: PeersHandlers) {
    this.#network = components.network
    this.#clock = components.clock
    this.#reading = new Reading(components)
    this.#book = components.book
    this.#handlers = handlers
  }

  start(): void {
    this.#unsubscribe = this.#network.onPeerChange(({ type, peer }) => {
      this.#shunned.delete(peer)
      if (type === 'joined') this.#join(peer)
      else this.#leave(peer, new QuireError('ERR_PEER_NOT_CONNECTED', 'The peer went away.'))
    })
    for (const peer of this.#network.joinedPeers()) this.#join(peer)
  }

  stop(reason: QuireError): void {
    this.#unsubscribe?.()
    this.#shunned.clear()
    for (const peer of this.#peers.keys()) this.#leave(peer, reason)
  }

  has(peer: PeerKey): boolean {
    return this.#peers.has(peer)
  }

  /** Whether a peer was dropped and is connected all the same. */
  isShunned(peer: PeerKey): boolean {
    return this.#shunned.has(peer)
  }

  links(): PeerLink[] {
    return Array.from(this.#peers.values(), ({ link }) => link)
  }

  /** The link of a peer that opened a stream, whose “joined” may come after it; a stream of anybody else is ended. */
  linkOf(peer: PeerKey, stream: Stream): PeerLink | undefined {
    if (!this.#peers.has(peer) && this.#network.joinedPeers().includes(peer)) this.#join(peer)
    const link = this.#peers.get(peer)?.link
    if (link === undefined) stream.abort(new QuireError('ERR_PEER_NOT_CONNECTED', 'The peer is not welcome.'))
    return link
  }

  /** Asks what a peer has, in its turn. */
  ask(peer: PeerKey, query: PresenceQuery): void {
    this.#peers.get(peer)?.queries.ask(query)
  }

  /** A download ended: its queries that still wait are not sent. */
  cancelQueries(downloadId: bigint): void {
    for (const { queries } of this.#peers.values()) queries.cancel(downloadId)
  }

  answered(peer: PeerKey, downloadId: bigint): void {
    this.#peers.get(peer)?.queries.answered(downloadId)
  }

  /** Makes the answer to a peer’s want list, or replaces the one that waits. */
  runWants(peer: PeerKey, job: () => Promise<void>): void {
    this.#peers.get(peer)?.wants.run(job)
  }

  /** Sends a control message; one that does not arrive is no loss, as presence is asked again. */
  tell(peer: PeerKey, message: Message): void {
    this.#peers
      .get(peer)
      ?.link.sendMessage(message)
      .catch(() => undefined)
  }

  /** Cuts off a peer that broke the rules. A link that is no longer the peer’s is over already. */
  drop(link: PeerLink, reason: string): void {
    if (this.#peers.get(link.peer)?.link === link) this.dropPeer(link.peer, reason)
  }

  /** The same for whoever knows only the peer. */
  dropPeer(peer: PeerKey, reason: string): void {
    this.#book.of(peer).dropReason = reason
    this.#handlers.onDrop(peer, reason)
    // Undone by the end of its connection, which follows unless it is a relay of ours.
    if (this.#network.joinedPeers().includes(peer)) this.#shunned.add(peer)
    // Its connections may be closing already; the network has nothing more to say about it.
    this.#network.drop(peer, reason).catch(() => undefined)
    this.#leave(peer, new QuireError('ERR_PEER_NOT_CONNECTED', `The peer was dropped: ${reason}`))
  }

  #join(peer: PeerKey): void {
    if (this.#peers.has(peer) || this.#shunned.has(peer)) return
    const link = new PeerLink(
      {
        peer,
        network: this.#network,
        clock: this.#clock,
        counters: this.#book.of(peer),
        shares: this.#shares,
        reading: this.#reading,
      },
      {
        onMessage: (from, message) => this.#handlers.onMessage(from, message),
        onRequest: (from, request, channel) => this.#handlers.onRequest(from, request, channel),
        onRoom: () => this.#handlers.onRoom(),
        onViolation: (from, reason) => this.drop(from, reason),
      },
    )
    const queries = new PresenceQueries({ clock: this.#clock, send: (message) => link.sendMessage(message) })
    this.#peers.set(peer, { link, queries, wants: new LatestJob() })
    this.#book.prune((known) => this.#peers.has(known))
    this.#handlers.onJoin(link)
  }

  #leave(peer: PeerKey, reason: QuireError): void {
    const known = this.#peers.get(peer)
    if (known === undefined) return
    this.#peers.delete(peer)
    known.queries.close()
    known.wants.clear()
    known.link.close(reason)
    this.#handlers.onLeave(peer)
  }
}
