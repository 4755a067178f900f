import { cidText, type ManifestCid } from '../codec/cid.ts'
import { QuireError } from '../errors.ts'
import { MANIFEST_ROUND_INTERVAL_MS, MAX_FOUND_MANIFESTS } from './limits.ts'
import { ManifestRound, type ManifestRoundComponents } from './manifest-round.ts'
import type { PeerKey } from './network-port.ts'
import type { TransferState } from './transfer-state.ts'

export interface FetchManifestOptions {
  readonly signal?: AbortSignal | undefined
  /** Peers to ask first, connected or not: a share link names them. */
  readonly peers?: readonly PeerKey[] | undefined
  /** How long to go on looking when a round of asking found nothing; 0 where it is not given, `Infinity` until it is cancelled. */
  readonly waitForPeersMs?: number | undefined
  readonly onState?: ((state: TransferState) => void) | undefined
}

/** Fetches manifests from peers, verified against their CIDs. */
export class ManifestClient {
  readonly #parts: ManifestRoundComponents
  readonly #running = new Set<AbortController>()
  /** The last ones that were found, the oldest first. */
  readonly #found = new Map<string, Uint8Array>()
  #stopReason: QuireError | undefined

  constructor(components: ManifestRoundComponents) {
    this.#parts = components
  }

  /**
   * The manifest’s bytes. Everyone who is connected and everyone whom a lookup finds is asked once a round; rounds repeat,
   * and begin at once when somebody joins, for `waitForPeersMs`.
   *
   * Errors: `ERR_MANIFEST_NOT_FOUND` (all were asked, the lookup ended, the time is over), `ERR_NODE_STOPPED`.
   */
  async fetch(cid: ManifestCid, options: FetchManifestOptions = {}): Promise<Uint8Array> {
    if (this.#stopReason !== undefined) throw this.#stopReason
    const found = this.#found.get(cidText(cid))
    if (found !== undefined) return found
    const running = new AbortController()
    const { signal } = options
    const onAbort = (): void => running.abort(signal?.reason)
    if (signal?.aborted === true) onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#running.add(running)
    try {
      return await this.#fetch(cid, { ...options, signal: running.signal })
    } finally {
      this.#running.delete(running)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  /** Rejects what runs and what comes later with `reason`. */
  stop(reason: QuireError): void {
    this.#stopReason = reason
    for (const running of this.#running) running.abort(reason)
  }

  async #fetch(cid: ManifestCid, options: FetchManifestOptions): Promise<Uint8Array> {
    const { clock, network } = this.#parts
    const { signal, peers = [], waitForPeersMs = 0 } = options
    const endMs = clock.now() + waitForPeersMs
    for (;;) {
      signal?.throwIfAborted()
      const round = new ManifestRound(this.#parts, {
        cid,
        onAsked: (askedPeers) => options.onState?.({ state: 'looking', askedPeers }),
      })
      const bytes = await round.run(peers, signal)
      if (bytes !== undefined) return this.#remember(cid, bytes)
      const leftMs = endMs - clock.now()
      if (leftMs <= 0) {
        throw new QuireError('ERR_MANIFEST_NOT_FOUND', 'Nobody who could be reached has this dataset.', {
          details: { askedPeers: round.askedCount },
        })
      }
      options.onState?.({ state: 'waiting', reason: network.joinedPeers().length === 0 ? 'no-peer' : 'no-holder' })
      await this.#pause(Math.min(leftMs, MANIFEST_ROUND_INTERVAL_MS), signal)
    }
  }

  #remember(cid: ManifestCid, bytes: Uint8Array): Uint8Array {
    this.#found.set(cidText(cid), bytes)
    const [oldest] = this.#found.keys()
    if (this.#found.size > MAX_FOUND_MANIFESTS && oldest !== undefined) this.#found.delete(oldest)
    return bytes
  }

  /** Waits, less where a peer joins. */
  #pause(pauseMs: number, signal: AbortSignal | undefined): Promise<void> {
    const { clock, network } = this.#parts
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clock.clearTimeout(timer)
        unsubscribe()
        signal?.removeEventListener('abort', onAbort)
        act()
      }
      const onAbort = (): void => settle(() => reject(signal?.reason))
      const timer = clock.setTimeout(() => settle(resolve), pauseMs)
      const unsubscribe = network.onPeerChange(({ type }) => {
        if (type === 'joined') settle(resolve)
      })
      signal?.addEventListener('abort', onAbort, { once: true })
      if (signal?.aborted === true) onAbort()
    })
  }
}
