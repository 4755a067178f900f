import { RateMeter } from './rate-meter.ts'

interface Meters {
  readonly received: RateMeter
  readonly sent: RateMeter
}

interface CountedPeer {
  readonly peer: string
  readonly receivedBytes: number
  readonly sentBytes: number
}

export interface PeerRate {
  readonly receivedBytesPerSecond: number
  readonly sentBytesPerSecond: number
}

/** How fast bytes come from and go to each peer, out of counts that are looked at now and then. */
export class PeerRates {
  readonly #now: () => number
  #meters = new Map<string, Meters>()

  constructor(init: { now?: (() => number) | undefined } = {}) {
    this.#now = init.now ?? Date.now
  }

  /** The peers with their rates; one that is new has none yet, one that is left out is forgotten. */
  rated<P extends CountedPeer>(peers: readonly P[]): (P & PeerRate)[] {
    const nowMs = this.#now()
    const meters = new Map<string, Meters>()
    const rated = peers.map((peer) => {
      const known = this.#meters.get(peer.peer) ?? {
        received: new RateMeter(peer.receivedBytes, nowMs),
        sent: new RateMeter(peer.sentBytes, nowMs),
      }
      meters.set(peer.peer, known)
      known.received.add(peer.receivedBytes, nowMs)
      known.sent.add(peer.sentBytes, nowMs)
      return {
        ...peer,
        receivedBytesPerSecond: rateOf(known.received, nowMs),
        sentBytesPerSecond: rateOf(known.sent, nowMs),
      }
    })
    this.#meters = meters
    return rated
  }
}

/** Never below nothing: a peer that left and came again counts from the start. */
function rateOf(meter: RateMeter, nowMs: number): number {
  return Math.max(0, Math.round(meter.bytesPerSecond(nowMs)))
}
