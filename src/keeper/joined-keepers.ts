/**
 * Stays connected to other keepers, so that their Kademlia tables and ours are one: who asks here finds what is told there.
 *
 *   connecting ──▶ connected ──(connection lost)──▶ down (pause) ──▶ connecting …
 *
 * No reservation is made, unlike a browser’s: a keeper can be dialled. One side that knows the other is enough.
 */
import type { Connection, Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { QuireError } from '../errors.ts'
import { parseAddress } from '../network/addresses.ts'
import { Backoff, type BackoffInit, pause, within } from '../network/waiting.ts'
import type { KeeperLog } from './log.ts'

export type JoinState = 'connecting' | 'connected' | 'down'

export interface JoinedKeeper {
  readonly address: string
  readonly state: JoinState
}

export interface JoinedKeepersComponents {
  readonly libp2p: Pick<Libp2p, 'dial' | 'peerStore'>
  readonly log: KeeperLog
}

export interface JoinedKeepersInit {
  /** Multiaddrs, with or without `/p2p/<id>`. */
  readonly addresses: readonly string[]
  readonly backoff?: BackoffInit
}

const DIAL_TIMEOUT_MS = 10_000
/** A connection that lasted this long was one; a shorter one counts as a failure, so that the pauses grow. */
const MIN_CONNECTED_MS = 10_000
/** Among the last that libp2p closes for want of room. */
const TAG = { 'joined-keeper': { value: 50 } }

export class JoinedKeepers {
  readonly #components: JoinedKeepersComponents
  readonly #backoff: BackoffInit | undefined
  readonly #stopped = new AbortController()
  readonly #states = new Map<string, JoinState>()
  readonly #addresses: readonly Multiaddr[]

  /** Errors: `ERR_OPTION_INVALID` (an address that is none). */
  constructor(components: JoinedKeepersComponents, init: JoinedKeepersInit) {
    this.#components = components
    this.#backoff = init.backoff
    this.#addresses = [...new Set(init.addresses)].map(requireAddress)
  }

  start(): void {
    for (const address of this.#addresses) void this.#follow(address)
  }

  stop(): void {
    this.#stopped.abort()
  }

  states(): JoinedKeeper[] {
    return Array.from(this.#states, ([address, state]) => ({ address, state }))
  }

  async #follow(address: Multiaddr): Promise<void> {
    const { signal } = this.#stopped
    const backoff = new Backoff(this.#backoff)
    while (!signal.aborted) {
      this.#become(address, 'connecting')
      const connection = await this.#dial(address)
      if (connection !== undefined) {
        const startMs = performance.now()
        this.#become(address, 'connected')
        await closed(connection, signal)
        if (performance.now() - startMs >= MIN_CONNECTED_MS) backoff.reset()
      }
      if (signal.aborted) return
      this.#become(address, 'down')
      await pause(backoff.nextMs(), signal)
    }
  }

  async #dial(address: Multiaddr): Promise<Connection | undefined> {
    const { libp2p, log } = this.#components
    try {
      const connection = await libp2p.dial(address, { signal: within(DIAL_TIMEOUT_MS, this.#stopped.signal) })
      await libp2p.peerStore.merge(connection.remotePeer, { tags: TAG })
      return connection
    } catch (err) {
      if (!this.#stopped.signal.aborted)
        log.warn({ err, address: address.toString() }, 'a keeper to join cannot be reached')
      return undefined
    }
  }

  #become(address: Multiaddr, state: JoinState): void {
    this.#states.set(address.toString(), state)
    if (state === 'connected') this.#components.log.info({ address: address.toString() }, 'joined a keeper')
  }
}

function closed(connection: Connection, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      connection.removeEventListener('close', end)
      signal.removeEventListener('abort', end)
      resolve()
    }
    connection.addEventListener('close', end)
    signal.addEventListener('abort', end)
    if (connection.status !== 'open' || signal.aborted) end()
  })
}

function requireAddress(text: string): Multiaddr {
  const address = parseAddress(text)
  if (address !== undefined) return address
  throw new QuireError('ERR_OPTION_INVALID', `“${text}” is no address of a keeper.`, { details: { address: text } })
}
