/**
 * Waits behind relays: asks a relay for a reservation, and asks again over the same listener when it was lost.
 *
 * js-libp2p never asks again after a relay restarts (libp2p/js-libp2p#3601). A second `transportManager.listen` would,
 * but leaves the first listener in place for ever; closing that one cancels the reservations at every relay. So the
 * listener made for a keeper is kept, and its `listen` called again. A service, because only services get to see
 * libp2p’s transport manager.
 */
import type { Listener, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { QuireError } from '../errors.ts'
import { peerKeyOf } from './peer-identity.ts'

export interface ReservationComponents {
  readonly transportManager: {
    listen(addresses: Multiaddr[]): Promise<void>
    getListeners(): Listener[]
  }
}

// libp2p gives a reservation five seconds once its turn has come.
const RESERVE_TIMEOUT_MS = 10_000

export class Reservations {
  readonly #transportManager: ReservationComponents['transportManager']
  #last: Promise<unknown> = Promise.resolve()

  constructor({ transportManager }: ReservationComponents) {
    this.#transportManager = transportManager
  }

  /** Every listener of the node, sockets and relays. */
  listeners(): Listener[] {
    return this.#transportManager.getListeners()
  }

  /** Whether peers can reach this node through a relay now. */
  has(relay: PeerId): boolean {
    const behindRelay = `/p2p/${peerKeyOf(relay)}/p2p-circuit`
    return this.listeners().some((listener) =>
      listener.getAddrs().some((address) => address.toString().endsWith(behindRelay)),
    )
  }

  /** Asks for a reservation the first time; resolves with the listener, which is there even where the relay refuses. */
  first(relayAddress: Multiaddr): Promise<{ listener: Listener | undefined; error?: unknown }> {
    return this.#inTurn(async () => {
      const before = new Set(this.listeners())
      const listening = this.#transportManager.listen([relayAddress.encapsulate('/p2p-circuit')])
      // Made in the same turn, before anything is awaited.
      const listener = this.listeners().find((candidate) => !before.has(candidate))
      try {
        await settled(listening)
        return { listener }
      } catch (error) {
        return { listener, error }
      }
    })
  }

  /** Asks again; rejects with libp2p’s error where the relay refuses. */
  async again(listener: Listener, relayAddress: Multiaddr): Promise<void> {
    await this.#inTurn(() => settled(listener.listen(relayAddress.encapsulate('/p2p-circuit'))))
  }

  // One after the other: each reservation that libp2p has made forgets those that wait behind it, whose promises then never
  // settle (circuit-relay-v2 4.2.13, `#checkReservationCount`).
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const acting = this.#last.then(act)
    // Its failure is its caller’s to see.
    this.#last = acting.catch(() => undefined)
    return acting
  }
}

/** The renewal of another reservation may come in between, and have this one forgotten. */
function settled(listening: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new QuireError('ERR_PEER_TIMEOUT', 'The relay did not answer in time.'))
    const timer = setTimeout(fail, RESERVE_TIMEOUT_MS)
    listening.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
