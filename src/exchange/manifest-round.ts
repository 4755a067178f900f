import type { Stream } from '@libp2p/interface'
import { hasDigest, type ManifestCid } from '../codec/cid.ts'
import { encodeManifestRequest, ManifestResponseDecoder } from '../codec/manifest-exchange.ts'
import { isQuireError } from '../errors.ts'
import { sha256 } from '../merkle/hasher.ts'
import { type Clock, startDeadline } from './clock.ts'
import { LOOKUP_TIMEOUT_MS, MANIFEST_ASK_TIMEOUT_MS, MANIFEST_PROTOCOL, MAX_MANIFEST_ASKS } from './limits.ts'
import type { ExchangeNetwork, PeerKey } from './network-port.ts'
import { isViolation } from './peer-fault.ts'
import { readWith } from './read-with.ts'

export interface ManifestRoundComponents {
  readonly network: ExchangeNetwork
  readonly clock: Clock
  /** Whether nothing is asked of a peer that is connected. */
  readonly isShunned: (peer: PeerKey) => boolean
  /** A peer gave bytes that are not what the CID names. */
  readonly onBadPeer: (peer: PeerKey, reason: string) => void
}

/**
 * Asks every peer once for one manifest: those named, those connected, those who join, those whom a lookup finds; a few at
 * a time, the first right answer wins.
 */
export class ManifestRound {
  readonly #parts: ManifestRoundComponents
  readonly #cid: ManifestCid
  readonly #onAsked: (askedPeers: number) => void
  readonly #ending = new AbortController()
  readonly #seen = new Set<PeerKey>()
  readonly #waiting: PeerKey[] = []
  #askedCount = 0
  #runningCount = 0
  #isLookingUp = true
  #settle: (bytes: Uint8Array | undefined) => void = () => undefined

  constructor(components: ManifestRoundComponents, init: { cid: ManifestCid; onAsked: (askedPeers: number) => void }) {
    this.#parts = components
    this.#cid = init.cid
    this.#onAsked = init.onAsked
  }

  get askedCount(): number {
    return this.#askedCount
  }

  /** The manifest’s bytes, or undefined where nobody has it. An abort rejects with `signal.reason`. */
  async run(named: readonly PeerKey[], signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    const { network } = this.#parts
    const onAbort = (): void => this.#ending.abort(signal?.reason)
    const unsubscribe = network.onPeerChange(({ type, peer }) => {
      if (type === 'joined') this.#offer(peer)
    })
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      return await new Promise<Uint8Array | undefined>((resolve, reject) => {
        this.#settle = (bytes) => {
          resolve(bytes)
          this.#ending.abort(new Error('the round is over'))
        }
        this.#ending.signal.addEventListener('abort', () => reject(this.#ending.signal.reason), { once: true })
        this.#onAsked(0)
        for (const peer of [...named, ...network.joinedPeers()]) this.#offer(peer)
        void this.#lookUp()
      })
    } finally {
      unsubscribe()
      signal?.removeEventListener('abort', onAbort)
    }
  }

  async #lookUp(): Promise<void> {
    const { network, clock } = this.#parts
    const deadline = startDeadline(clock, LOOKUP_TIMEOUT_MS, { signal: this.#ending.signal })
    try {
      for await (const peer of network.findProviders(this.#cid, { signal: deadline.signal })) this.#offer(peer)
    } catch {
      // A lookup that fails ends like one that finds nobody; who is connected is asked all the same.
    } finally {
      deadline.clear()
      this.#isLookingUp = false
      this.#next()
    }
  }

  #offer(peer: PeerKey): void {
    if (this.#seen.has(peer) || this.#parts.isShunned(peer)) return
    this.#seen.add(peer)
    this.#waiting.push(peer)
    this.#next()
  }

  #next(): void {
    if (this.#ending.signal.aborted) return
    while (this.#runningCount < MAX_MANIFEST_ASKS) {
      const peer = this.#waiting.shift()
      if (peer === undefined) break
      this.#runningCount += 1
      this.#askedCount += 1
      this.#onAsked(this.#askedCount)
      void this.#ask(peer)
    }
    if (this.#runningCount === 0 && !this.#isLookingUp) this.#settle(undefined)
  }

  async #ask(peer: PeerKey): Promise<void> {
    try {
      const bytes = await this.#exchange(peer)
      if (bytes !== undefined) this.#settle(bytes)
    } catch (error) {
      // Once it is connected it may be asked again.
      if (isQuireError(error, 'ERR_PEER_NOT_CONNECTED')) this.#seen.delete(peer)
      // Anything else (gone, silent, over by now) only means that this peer did not help.
      if (isViolation(error)) this.#parts.onBadPeer(peer, error.message)
    } finally {
      this.#runningCount -= 1
      this.#next()
    }
  }

  /** One stream: request, answer, check. */
  async #exchange(peer: PeerKey): Promise<Uint8Array | undefined> {
    const { network, clock } = this.#parts
    const deadline = startDeadline(clock, MANIFEST_ASK_TIMEOUT_MS, { signal: this.#ending.signal })
    let stream: Stream | undefined
    try {
      stream = await network.openStream(peer, MANIFEST_PROTOCOL, { signal: deadline.signal })
      stream.send(encodeManifestRequest(this.#cid))
      const decoder = new ManifestResponseDecoder()
      const response = await readWith(stream, (chunk) => decoder.push(chunk), deadline.signal)
      // Nobody waits for the close; a stream that cannot be closed in order is gone already.
      stream.close().catch(() => undefined)
      return response.status === 'found' ? await this.#checked(peer, response.bytes) : undefined
    } catch (error) {
      stream?.abort(error instanceof Error ? error : new Error('the manifest was not read'))
      throw error
    } finally {
      deadline.clear()
    }
  }

  async #checked(peer: PeerKey, bytes: Uint8Array): Promise<Uint8Array | undefined> {
    const digest = await sha256(bytes)
    if (hasDigest(this.#cid, digest)) return bytes.slice()
    this.#parts.onBadPeer(peer, 'It gave bytes that are not the manifest.')
    return undefined
  }
}
