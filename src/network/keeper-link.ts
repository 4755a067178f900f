/**
 * Holds one keeper: connected, with a reservation behind its relay, for as long as the node runs.
 *
 *   connecting ──▶ reserving ──▶ reserved ──(connection or reservation lost)──▶ connecting …
 *        └▶ down (pause) ─▶ …        └▶ refused (pause) ─▶ reserving …   spare ──(another lost its place)──▶ reserving
 *
 * Pauses grow from one second to eight; `retryNow` and a network that comes back cut them short.
 */
import type { Connection, Libp2p, Listener } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerKey } from '../codec/peer-key.ts'
import { QuireError } from '../errors.ts'
import { asError } from './failure.ts'
import type { KeeperState, RelayStatus } from './keeper-state.ts'
import type { NetworkLog } from './network-log.ts'
import { targetOf } from './addresses.ts'
import { peerKeyOf } from './peer-identity.ts'
import { type PeerTable, RELAY_HOP_PROTOCOL } from './peer-table.ts'
import type { Reservations } from './reservations.ts'
import { whyUnreached } from './unreached.ts'
import { Backoff, type BackoffInit, pause, within } from './waiting.ts'

type Failed = Without<Extract<KeeperState, { nextTryAtMs: number }>, 'nextTryAtMs'>
/** Of each member of a union. */
type Without<Union, Key extends keyof Union> = Union extends unknown ? Omit<Union, Key> : never

export interface KeeperLinkComponents {
  readonly libp2p: Pick<Libp2p, 'dial' | 'addEventListener' | 'removeEventListener'>
  readonly table: Pick<PeerTable, 'protocolsOf'>
  readonly reservations: Reservations
  readonly log: NetworkLog
  /** Whether another reservation is wanted. */
  readonly mayReserve: () => boolean
  /** Called after every change of `state`. */
  readonly onChange: () => void
}

export interface KeeperLinkInit {
  readonly address: Multiaddr
  readonly backoff?: BackoffInit
}

const DIAL_TIMEOUT_MS = 10_000
const IDENTIFY_TIMEOUT_MS = 10_000
// It is woken when another relay is lost; this is for nothing to be forgotten.
const SPARE_LOOK_MS = 60_000

export class KeeperLink {
  readonly #components: KeeperLinkComponents
  readonly #address: Multiaddr
  readonly #backoff: Backoff
  readonly #stopped = new AbortController()
  #wake = new AbortController()
  #listener: Listener | undefined
  #state: KeeperState = { state: 'connecting' }
  /** Who answered last; its address need not say. */
  #peer: PeerKey | undefined

  constructor(components: KeeperLinkComponents, init: KeeperLinkInit) {
    this.#components = components
    this.#address = init.address
    this.#backoff = new Backoff(init.backoff)
  }

  get state(): KeeperState {
    return this.#state
  }

  /** Its peer id, where it is known. */
  get peer(): string | undefined {
    return this.#peer ?? targetOf(this.#address)
  }

  status(): RelayStatus {
    const state = this.#state
    return {
      peer: this.peer,
      address: this.#address.toString(),
      state: state.state,
      reason: 'error' in state ? state.error?.message : undefined,
      nextTryAtMs: 'nextTryAtMs' in state ? state.nextTryAtMs : undefined,
    }
  }

  start(): void {
    void this.#run()
  }

  stop(): void {
    this.#stopped.abort()
  }

  /** Ends the pause, if there is one. */
  retryNow(): void {
    this.#backoff.reset()
    this.reconsider()
    // Said here, so that nobody takes the state of the pause for the outcome of the try.
    if (this.#state.state === 'down') this.#become({ state: 'connecting', error: this.#state.error })
    if (this.#state.state === 'refused') this.#become({ state: 'reserving' })
    this.#wake.abort()
  }

  /** Looks again whether a reservation is wanted, where it is spare. */
  reconsider(): void {
    if (this.#state.state === 'spare') this.#wake.abort()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped
    while (!signal.aborted) {
      try {
        const connection = await this.#connect()
        this.#peer = peerKeyOf(connection.remotePeer)
        await this.#stay(connection)
      } catch (cause) {
        if (signal.aborted) return
        await this.#pause({ state: 'down', error: this.#unreachable(cause) })
      }
    }
  }

  #connect(): Promise<Connection> {
    const last = this.#state
    this.#become({ state: 'connecting', error: 'error' in last ? last.error : undefined })
    const signal = within(DIAL_TIMEOUT_MS, this.#stopped.signal)
    return this.#components.libp2p.dial(this.#address, { signal })
  }

  // While the connection lives: hold a reservation, and ask again when it is lost or was refused.
  async #stay(connection: Connection): Promise<void> {
    const { signal } = this.#stopped
    while (connection.status === 'open' && !signal.aborted) {
      if (!this.#components.mayReserve()) {
        await this.#spare(connection)
        continue
      }
      this.#become({ state: 'reserving' })
      const error = await this.#reserve(connection)
      if (connection.status !== 'open' || signal.aborted) break
      if (error !== undefined) {
        await this.#pause({ state: 'refused', error, isFull: whyUnreached(error) === 'relay-full' }, connection)
        continue
      }
      this.#backoff.reset()
      this.#become({ state: 'reserved' })
      await this.#lost(connection)
    }
    if (signal.aborted) return
    // Not dialled again at once: a keeper that closes each connection as soon as it is made would be dialled without end.
    await this.#pause({ state: 'down', error: this.#unreachable(undefined) })
  }

  async #reserve(connection: Connection): Promise<QuireError | undefined> {
    const { reservations } = this.#components
    try {
      await this.#requireRelay(connection)
      if (reservations.has(connection.remotePeer)) return undefined
      if (this.#listener === undefined) {
        const { listener, error } = await reservations.first(connection.remoteAddr)
        this.#listener = listener
        if (error !== undefined) return this.#refused(error)
      } else {
        await reservations.again(this.#listener, connection.remoteAddr)
      }
    } catch (error) {
      return this.#refused(error)
    }
    return reservations.has(connection.remotePeer) ? undefined : this.#refused(undefined)
  }

  // Asked first: libp2p never asks a peer again that once did not speak the protocol (its filter of invalid relays).
  async #requireRelay({ remotePeer }: Connection): Promise<void> {
    const signal = within(IDENTIFY_TIMEOUT_MS, this.#stopped.signal)
    const protocols = await this.#components.table.protocolsOf(peerKeyOf(remotePeer), signal)
    if (protocols.includes(RELAY_HOP_PROTOCOL)) return
    throw new QuireError('ERR_KEEPER_UNREACHABLE', `The peer at ${this.#address.toString()} is no relay.`)
  }

  // Resolves when the connection closes, or the reservation is gone from the addresses.
  #lost(connection: Connection): Promise<void> {
    const { libp2p, reservations } = this.#components
    const { signal } = this.#stopped
    return new Promise((resolve) => {
      const check = (): void => {
        if (connection.status === 'open' && !signal.aborted && reservations.has(connection.remotePeer)) return
        libp2p.removeEventListener('transport:listening', check)
        libp2p.removeEventListener('transport:close', check)
        connection.removeEventListener('close', check)
        signal.removeEventListener('abort', check)
        resolve()
      }
      libp2p.addEventListener('transport:listening', check)
      libp2p.addEventListener('transport:close', check)
      connection.addEventListener('close', check)
      signal.addEventListener('abort', check)
      check()
    })
  }

  async #pause(state: Failed, connection?: Connection): Promise<void> {
    const pauseMs = this.#backoff.nextMs()
    // Before the state is told: whoever hears of it may ask for a try at once.
    this.#wake = new AbortController()
    this.#become({ ...state, nextTryAtMs: Date.now() + pauseMs })
    await this.#woken(pauseMs, connection)
  }

  async #spare(connection: Connection): Promise<void> {
    this.#wake = new AbortController()
    this.#become({ state: 'spare' })
    await this.#woken(SPARE_LOOK_MS, connection)
  }

  async #woken(pauseMs: number, connection: Connection | undefined): Promise<void> {
    const wake = this.#wake
    const onClose = (): void => wake.abort()
    connection?.addEventListener('close', onClose, { once: true })
    if (connection !== undefined && connection.status !== 'open') onClose()
    await pause(pauseMs, AbortSignal.any([wake.signal, this.#stopped.signal]))
    connection?.removeEventListener('close', onClose)
  }

  #become(state: KeeperState): void {
    if (this.#stopped.signal.aborted) return
    this.#state = state
    const error = 'error' in state ? state.error : undefined
    this.#components.log(state.state === 'down' ? 'warn' : 'debug', 'keeper link', {
      address: this.#address.toString(),
      state: state.state,
      ...(error === undefined ? {} : { error }),
    })
    this.#components.onChange()
  }

  #unreachable(cause: unknown): QuireError {
    const address = this.#address.toString()
    return new QuireError('ERR_KEEPER_UNREACHABLE', `The keeper at ${address} cannot be reached.`, {
      ...(cause === undefined ? {} : { cause: asError(cause) }),
      details: { address },
    })
  }

  #refused(cause: unknown): QuireError {
    const address = this.#address.toString()
    const isFull = whyUnreached(cause) === 'relay-full'
    const what = isFull ? 'has no free place for this node' : 'does not relay for this node'
    return new QuireError('ERR_KEEPER_UNREACHABLE', `The keeper at ${address} ${what}.`, {
      ...(cause === undefined ? {} : { cause: asError(cause) }),
      details: { address },
    })
  }
}
