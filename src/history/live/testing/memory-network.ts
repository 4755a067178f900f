/** Devices that hear each other without a network: a `HistoryNetwork` for each, and switches for what can go wrong. */
import type { PeerKey } from '../../../codec/peer-key.ts'
import { QuireError } from '../../../errors.ts'
import type { CommunityId } from '../../ids.ts'
import type { HistoryAnswer, HistoryNetwork, HistoryQuestion, Verdict } from '../../ports.ts'

type Listener = (envelope: Uint8Array, from: PeerKey) => Promise<Verdict>
type Responder = (question: HistoryQuestion, from: PeerKey) => Promise<HistoryAnswer | undefined>

export class MemoryNetwork implements HistoryNetwork {
  readonly peer: PeerKey
  readonly #air: MemoryAir
  readonly listeners = new Map<CommunityId, Listener>()
  responder: Responder | undefined
  /** What others asked of it. */
  readonly asked: HistoryQuestion[] = []
  isOnline = true

  constructor(air: MemoryAir, name: string) {
    this.#air = air
    this.peer = name as PeerKey
  }

  subscribe(community: CommunityId, onEnvelope: Listener): () => void {
    this.listeners.set(community, onEnvelope)
    return () => void this.listeners.delete(community)
  }

  async publish(community: CommunityId, envelope: Uint8Array): Promise<number> {
    if (!this.isOnline) return 0
    const takers = this.#air.others(this).filter(({ listeners }) => listeners.has(community))
    for (const taker of takers) await taker.listeners.get(community)?.(envelope.slice(), this.peer)
    return takers.length
  }

  provideCommunity(community: CommunityId): void {
    this.#air.provided.push(`${this.peer} ${community}`)
  }

  unprovideCommunity(community: CommunityId): void {
    this.#air.provided.splice(this.#air.provided.indexOf(`${this.peer} ${community}`), 1)
  }

  async *answerers(): AsyncGenerator<PeerKey> {
    if (this.isOnline) for (const { peer } of this.#air.others(this)) yield peer
  }

  async ask(peer: PeerKey, question: HistoryQuestion): Promise<HistoryAnswer> {
    const other = this.#air.others(this).find((device) => device.peer === peer)
    other?.asked.push(question)
    const answer = this.isOnline ? await other?.responder?.(question, this.peer) : undefined
    if (answer !== undefined) return answer
    throw new QuireError('ERR_PEER_NOT_CONNECTED', 'The peer knows nothing of it.')
  }

  answer(responder: Responder): () => void {
    this.responder = responder
    return () => (this.responder = undefined)
  }
}

export class MemoryAir {
  readonly devices: MemoryNetwork[] = []
  /** “peer community” */
  readonly provided: string[] = []

  device(name: string): MemoryNetwork {
    const device = new MemoryNetwork(this, name)
    this.devices.push(device)
    return device
  }

  others(self: MemoryNetwork): MemoryNetwork[] {
    return this.devices.filter((device) => device !== self && device.isOnline)
  }
}
