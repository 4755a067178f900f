/**
 * Messages by topic, among those who are connected: gossipsub, held to the rules of Quire.
 *
 *   publish ──▶ gossipsub ──▶ peers of the topic          peers ──▶ gossipsub ──▶ listener ──▶ verdict ──▶ passed on, or not
 *
 * A message names nobody: `StrictNoSign`, so that neither its author’s peer id nor a number of theirs travels with it; who
 * wrote it says its content, and its id is the hash of that. What a listener rejects is counted against whoever sent it, until
 * nothing of theirs is read any more.
 *
 * gossipsub is a chunk of its own, loaded with the first topic or message.
 */
import type { GossipSub, GossipSubComponents, Message, TopicValidatorFn } from '@libp2p/gossipsub'
import type { Identify } from '@libp2p/identify'
import { type Connection, type Libp2pEvents, type PeerId, start, stop, type TypedEventTarget } from '@libp2p/interface'
import type { PeerKey } from '../codec/peer-key.ts'
import { QuireError } from '../errors.ts'
import type { NetworkLog } from './network-log.ts'
import { peerKeyOf } from './peer-identity.ts'
import { gossipInit, MAX_MESSAGE_BYTES, PUBSUB_PROTOCOLS } from './pubsub-options.ts'
import { Strikes } from './strikes.ts'

/** accept: pass it on · ignore: keep it to ourselves · reject: whoever sent it should have known. */
export type PubsubVerdict = 'accept' | 'ignore' | 'reject'

/** Judges a message before it is passed on to anybody; what it throws counts as “ignore”. */
export type PubsubListener = (message: Uint8Array, from: PeerKey) => Promise<PubsubVerdict>

export type PubsubComponents = GossipSubComponents & {
  readonly events: TypedEventTarget<Libp2pEvents>
  readonly identify: Identify
}

export interface PubsubInit {
  readonly log: NetworkLog
}

const IDENTIFY_TIMEOUT_MS = 5_000
// gossipsub opens its stream to a peer when the peer says who it is, over the connection of that moment, and never again:
// it is made to look as often as this, and whenever a connection ends.
const REPAIR_INTERVAL_MS = 5_000

type Result = Awaited<ReturnType<TopicValidatorFn>>
// gossipsub’s enum is not imported, since its module is loaded late; its values are these words.
const RESULT = { accept: 'accept', ignore: 'ignore', reject: 'reject' } as unknown as Record<PubsubVerdict, Result>

/** A libp2p service; `QuireNetwork.libp2p.services.pubsub`. */
export class Pubsub {
  readonly #components: PubsubComponents
  readonly #log: NetworkLog
  readonly #strikes = new Strikes()
  #opening: Promise<GossipSub> | undefined
  #gossip: GossipSub | undefined
  #timer: ReturnType<typeof setInterval> | undefined
  readonly #listeners = new Map<string, PubsubListener>()
  readonly #asked = new Set<string>()
  #isStopped = false

  constructor(components: PubsubComponents, init: PubsubInit) {
    this.#components = components
    this.#log = init.log
  }

  /** Nothing, until there is a topic. */
  start(): void {}

  async stop(): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#timer)
    this.#components.events.removeEventListener('connection:close', this.#onClose)
    const gossip = await this.#opening?.catch(() => undefined)
    if (gossip !== undefined) await stop(gossip)
  }

  /**
   * Listens to a topic until the returned unsubscribe is called; a second listener takes the place of the first.
   *
   * Where gossipsub cannot be loaded now, the next topic or message tries again, for all topics.
   */
  subscribe(topic: string, listener: PubsubListener): () => void {
    this.#listeners.set(topic, listener)
    void this.#open().then(
      (gossip) => this.#listen(gossip, topic),
      (error: unknown) => this.#log('warn', 'messages by topic are not to be had', { error }),
    )
    return () => {
      if (this.#listeners.get(topic) !== listener) return
      this.#listeners.delete(topic)
      this.#gossip?.topicValidators.delete(topic)
      this.#gossip?.unsubscribe(topic)
    }
  }

  /**
   * Resolves with how many peers it was sent to: 0 where nobody listens, or where the same bytes went out within two minutes.
   *
   * Errors: `ERR_OPTION_INVALID` (more than 1 MiB), `ERR_NODE_STOPPED`.
   */
  async publish(topic: string, message: Uint8Array): Promise<number> {
    if (message.byteLength > MAX_MESSAGE_BYTES) {
      throw new QuireError('ERR_OPTION_INVALID', 'The message is larger than a message by topic may be.', {
        details: { sizeBytes: message.byteLength, maxBytes: MAX_MESSAGE_BYTES },
      })
    }
    const gossip = await this.#open()
    // gossipsub would take it for sent, and refuse the same bytes for two minutes.
    if (this.subscribers(topic).length === 0) return 0
    const { recipients } = await gossip.publish(topic, message)
    return recipients.length
  }

  /** Peers that listen to a topic and can be sent to now. */
  subscribers(topic: string): PeerKey[] {
    const gossip = this.#gossip
    if (gossip === undefined) return []
    const peers = gossip.getSubscribers(topic).map(peerKeyOf)
    return peers.filter((peer) => hasStreamTo(gossip, peer))
  }

  #listen(gossip: GossipSub, topic: string): void {
    // It may have been given up while gossipsub was loaded.
    if (!this.#listeners.has(topic)) return
    gossip.topicValidators.set(topic, (peer, message) => this.#judge(topic, peer, message))
    gossip.subscribe(topic)
  }

  async #judge(topic: string, peer: PeerId, { data }: Message): Promise<Result> {
    const listener = this.#listeners.get(topic)
    if (listener === undefined) return RESULT.ignore
    const from = peerKeyOf(peer)
    try {
      const verdict = data.byteLength > MAX_MESSAGE_BYTES ? 'reject' : await listener(data, from)
      if (verdict === 'reject') this.#strikes.add(from)
      return RESULT[verdict]
    } catch (error) {
      this.#log('warn', 'a message could not be judged', { topic, peer: from, error })
      return RESULT.ignore
    }
  }

  #open(): Promise<GossipSub> {
    if (this.#isStopped) return Promise.reject(new QuireError('ERR_NODE_STOPPED', 'The network was stopped.'))
    this.#opening ??= this.#load().catch((error: unknown) => {
      // The chunk could not be loaded: try again with the next question.
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }

  async #load(): Promise<GossipSub> {
    const { gossipsub } = await import('@libp2p/gossipsub')
    const gossip = gossipsub(gossipInit((peer) => this.#strikes.scoreOf(peer)))(this.#components)
    await start(gossip)
    this.#gossip = gossip
    for (const topic of this.#listeners.keys()) this.#listen(gossip, topic)
    if (this.#isStopped) return gossip
    this.#components.events.addEventListener('connection:close', this.#onClose)
    this.#timer = setInterval(() => this.#repair(), REPAIR_INTERVAL_MS)
    keepNobodyWaiting(this.#timer)
    this.#repair()
    return gossip
  }

  readonly #onClose = (): void => this.#repair()

  #repair(): void {
    const gossip = this.#gossip
    if (gossip === undefined || this.#isStopped) return
    for (const connection of latestConnections(this.#components.connectionManager.getConnections())) {
      const id = connection.remotePeer.toString()
      if (!hasStreamTo(gossip, id) && !this.#asked.has(id)) void this.#introduce(connection, id)
    }
  }

  // The registrar tells gossipsub of peers that say who they are: those that spoke before are asked to say it again.
  async #introduce(connection: Connection, id: string): Promise<void> {
    this.#asked.add(id)
    try {
      const { protocols } = await this.#components.peerStore.get(connection.remotePeer)
      if (!protocols.some((protocol) => PUBSUB_PROTOCOLS.includes(protocol))) return
      await this.#components.identify.identify(connection, { signal: AbortSignal.timeout(IDENTIFY_TIMEOUT_MS) })
    } catch (error) {
      this.#log('debug', 'a peer could not be asked again who it is', { peer: id, error })
    } finally {
      this.#asked.delete(id)
    }
  }
}

/** One open connection for each peer: a direct one where there is one, of those the newest. */
function latestConnections(connections: readonly Connection[]): Connection[] {
  const open = connections.filter(({ status }) => status === 'open')
  const ranked = [...open].sort((a, b) => Number(a.direct) - Number(b.direct) || a.timeline.open - b.timeline.open)
  return [...new Map(ranked.map((connection) => [connection.remotePeer.toString(), connection])).values()]
}

// gossipsub’s own map, which its interface leaves out.
function hasStreamTo(gossip: GossipSub, peer: string): boolean {
  return 'streamsOutbound' in gossip && gossip.streamsOutbound instanceof Map && gossip.streamsOutbound.has(peer)
}

/** Node has timers as objects: nothing but this one must not keep a process alive. */
function keepNobodyWaiting(timer: unknown): void {
  if (typeof timer !== 'object' || timer === null || !('unref' in timer)) return
  if (typeof timer.unref === 'function') timer.unref()
}
