/** One connected peer: its connections, and the one that content goes over. */
import type { Connection } from '@libp2p/interface'
import type { PeerKey } from '../codec/peer-key.ts'
import { isSignalled } from './addresses.ts'
import type { Heartbeat } from './heartbeat.ts'
import type { PathRoom } from './peer-path.ts'
import type { Traffic } from './traffic.ts'
import type { WayWatch } from './way-watch.ts'

export interface Link {
  readonly connection: Connection
  readonly traffic: Traffic
  /** Bytes that it could carry when it opened. */
  readonly limitBytes: number
  heartbeat: Heartbeat | undefined
  /** Undefined where there is but one way: sockets and relays. */
  readonly way: WayWatch | undefined
  /** Another has taken its place: nothing new goes over it. */
  isRetired: boolean
}

export class PeerEntry {
  readonly key: PeerKey
  readonly links = new Map<Connection, Link>()
  agent: string | undefined
  protocols: readonly string[] | undefined
  /** Content may go through relays. */
  isRelayOpen = false
  /** What content goes over, as others were told. */
  path: Link | undefined
  /** Of connections that are closed. */
  #pastReceivedBytes = 0
  #pastSentBytes = 0

  constructor(key: PeerKey) {
    this.key = key
  }

  /** The first direct connection of the peer’s newest beginning; one before it only where there is no other. */
  get direct(): Link | undefined {
    const direct = this.#open().filter(({ connection }) => connection.direct)
    return direct.find(({ isRetired }) => !isRetired) ?? direct[0]
  }

  /**
   * Whether the peer has connected once more, and not only beside what there is. Who does so has lost what it had, as a rule:
   * its tab was closed or killed, or it came into another network. A further WebRTC connection is signalled over the first,
   * a new beginning through a relay.
   */
  beginsAnew(latest: Link): boolean {
    const before = [...this.links.values()].filter((link) => link !== latest)
    const lastDirect = before.findLastIndex(({ connection }) => connection.direct)
    if (lastDirect < 0) return false
    return !isSignalled(latest.connection.remoteAddr) || lastDirect < before.length - 1
  }

  /**
   * The relayed connection with the most room, one that is retired only where there is no other; whether content may go over it
   * is another question.
   */
  get relayed(): Link | undefined {
    const relayed = this.#open().filter(({ connection }) => !connection.direct)
    const byRoom = relayed.toSorted((a, b) => leftBytesOf(b.connection) - leftBytesOf(a.connection))
    return byRoom.find(({ isRetired }) => !isRetired) ?? byRoom[0]
  }

  /** What content should go over now: a direct connection, else the relayed one that it goes over already, else another. */
  get best(): Link | undefined {
    const { direct, path } = this
    if (direct !== undefined || !this.isRelayOpen) return direct
    const isKept = path !== undefined && !path.connection.direct && !path.isRetired && path.connection.status === 'open'
    return isKept ? path : this.relayed
  }

  get receivedBytes(): number {
    return this.#sum(({ receivedBytes }) => receivedBytes, this.#pastReceivedBytes)
  }

  get sentBytes(): number {
    return this.#sum(({ sentBytes }) => sentBytes, this.#pastSentBytes)
  }

  remove(link: Link): void {
    link.heartbeat?.stop()
    this.links.delete(link.connection)
    this.#pastReceivedBytes += link.traffic.receivedBytes
    this.#pastSentBytes += link.traffic.sentBytes
  }

  #open(): Link[] {
    return [...this.links.values()].filter(({ connection }) => connection.status === 'open')
  }

  #sum(bytesOf: (traffic: Traffic) => number, pastBytes: number): number {
    return [...this.links.values()].reduce((sum, { traffic }) => sum + bytesOf(traffic), pastBytes)
  }
}

/** Bytes that the relay of a connection still lets through; libp2p counts them down. */
export function leftBytesOf({ limits }: Connection): number {
  return limits?.bytes === undefined ? Number.POSITIVE_INFINITY : Number(limits.bytes)
}

export function roomOf({ connection, limitBytes }: Link): PathRoom {
  if (connection.direct) return { kind: 'direct' }
  const { seconds = Number.POSITIVE_INFINITY } = connection.limits ?? {}
  return { kind: 'relayed', leftBytes: leftBytesOf(connection), limitBytes, leftMs: seconds * 1000 }
}
