import type { PeerKey } from '../../codec/peer-key.ts'
import { QuireError } from '../../errors.ts'
import type { CommunityId } from '../../history/ids.ts'
import type { HistoryAnswer, HistoryNetwork, HistoryQuestion, Verdict } from '../../history/ports.ts'

type OnEnvelope = (envelope: Uint8Array, from: PeerKey) => Promise<Verdict>
type Responder = (question: HistoryQuestion, from: PeerKey) => Promise<HistoryAnswer | undefined>

/** Devices in one process that hear each other’s envelopes and answer each other’s questions; one that left does neither. */
export class MemoryHistoryHub {
  readonly devices = new Map<PeerKey, MemoryHistoryNetwork>()
  readonly provided = new Map<CommunityId, Set<PeerKey>>()

  device(peer: PeerKey, onMeet: (other: PeerKey) => void = () => undefined): MemoryHistoryNetwork {
    const device = new MemoryHistoryNetwork(this, { peer, onMeet })
    this.devices.set(peer, device)
    return device
  }
}

export class MemoryHistoryNetwork implements HistoryNetwork {
  readonly peer: PeerKey
  readonly listeners = new Map<CommunityId, OnEnvelope>()
  readonly #hub: MemoryHistoryHub
  readonly #onMeet: (other: PeerKey) => void
  #responder: Responder | undefined
  /** True for a device that is switched off: it hears and answers nothing. */
  isGone = false

  constructor(hub: MemoryHistoryHub, { peer, onMeet }: { peer: PeerKey; onMeet: (other: PeerKey) => void }) {
    this.#hub = hub
    this.peer = peer
    this.#onMeet = onMeet
  }

  subscribe(community: CommunityId, onEnvelope: OnEnvelope): () => void {
    this.listeners.set(community, onEnvelope)
    return () => this.listeners.delete(community)
  }

  async publish(community: CommunityId, envelope: Uint8Array): Promise<number> {
    if (this.isGone) return 0
    const listeners = this.#others().flatMap((device) => device.listeners.get(community) ?? [])
    const verdicts = await Promise.all(listeners.map((listen) => listen(envelope.slice(), this.peer)))
    return verdicts.length
  }

  provideCommunity(community: CommunityId): void {
    this.#hub.provided.set(community, (this.#hub.provided.get(community) ?? new Set()).add(this.peer))
  }

  unprovideCommunity(community: CommunityId): void {
    this.#hub.provided.get(community)?.delete(this.peer)
  }

  async *answerers(
    community: CommunityId,
    { addresses = [] }: { readonly addresses?: readonly string[] } = {},
  ): AsyncGenerator<PeerKey> {
    const named = addresses.map((address) => address.replace('/memory/', '') as PeerKey)
    const peers = new Set([...named, ...(this.#hub.provided.get(community) ?? [])])
    for (const peer of peers) {
      const device = this.#hub.devices.get(peer)
      if (peer === this.peer || device === undefined || device.isGone || this.isGone) continue
      this.#onMeet(peer)
      yield peer
    }
  }

  async ask(peer: PeerKey, question: HistoryQuestion): Promise<HistoryAnswer> {
    const device = this.#hub.devices.get(peer)
    const answer = this.isGone || device?.isGone === true ? undefined : await device?.responder?.(question, this.peer)
    if (answer !== undefined) return answer
    throw new QuireError('ERR_PEER_NOT_CONNECTED', 'The peer does not answer.', { details: { peer } })
  }

  answer(responder: Responder): () => void {
    this.#responder = responder
    return () => {
      this.#responder = undefined
    }
  }

  get responder(): Responder | undefined {
    return this.#responder
  }

  #others(): MemoryHistoryNetwork[] {
    return [...this.#hub.devices.values()].filter((device) => device !== this && !device.isGone)
  }
}
