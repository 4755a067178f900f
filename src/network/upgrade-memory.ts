/** What came of the tries to reach peers directly, kept over their relayed connections, which come and go. */
import type { PeerKey } from '../codec/peer-key.ts'
import { Listeners } from './listeners.ts'
import type { NetworkLog } from './network-log.ts'

interface Outcome {
  readonly failures: number
  /** The last failure, or when content went through a relay for want of a success. */
  readonly atMs: number
}

export interface UpgradeMemoryInit {
  readonly forgetAfterMs?: number
  readonly now?: () => number
}

// Networks change; a peer that could not be reached is worth new tries after that.
const DEFAULT_FORGET_AFTER_MS = 10 * 60 * 1000
// Longer than a try to connect directly: by then it has failed, also where the other side makes it and tells nobody.
const TRIED_AFTER_MS = 25_000
// Peer ids are free to make. The oldest goes first.
const MAX_PEERS = 256

export class UpgradeMemory {
  readonly #forgetAfterMs: number
  readonly #now: () => number
  readonly #outcomes = new Map<PeerKey, Outcome>()
  readonly #failures: Listeners<PeerKey>
  readonly #relays: Listeners<PeerKey>
  readonly #resets: Listeners<void>

  constructor(components: { log: NetworkLog }, init: UpgradeMemoryInit = {}) {
    this.#forgetAfterMs = init.forgetAfterMs ?? DEFAULT_FORGET_AFTER_MS
    this.#now = init.now ?? Date.now
    this.#failures = new Listeners(components.log)
    this.#relays = new Listeners(components.log)
    this.#resets = new Listeners(components.log)
  }

  failed(peer: PeerKey): void {
    this.#note(peer, this.failuresOf(peer) + 1)
    this.#failures.emit(peer)
  }

  /** No try has succeeded in time, so content goes through a relay. */
  relayed(peer: PeerKey): void {
    if (this.isRelayed(peer)) return
    this.#note(peer, 0)
    this.#relays.emit(peer)
  }

  succeeded(peer: PeerKey): void {
    this.#outcomes.delete(peer)
  }

  /** Tries that failed, one after the other, of late. */
  failuresOf(peer: PeerKey): number {
    return this.#recent(peer)?.failures ?? 0
  }

  /** Whether a direct way was tried, here or by the other side, and did not come about. */
  hasFailed(peer: PeerKey): boolean {
    return this.isRelayed(peer) && (this.failuresOf(peer) > 0 || this.msSinceFailure(peer) > TRIED_AFTER_MS)
  }

  /** Since the last of them. */
  msSinceFailure(peer: PeerKey): number {
    const outcome = this.#recent(peer)
    return outcome === undefined ? Number.POSITIVE_INFINITY : this.#now() - outcome.atMs
  }

  /** Whether a relay is the way to a peer, as far as is known: nothing is gained by waiting for a better one. */
  isRelayed(peer: PeerKey): boolean {
    return this.#recent(peer) !== undefined
  }

  /** This device is in another network: what was found out holds no longer. */
  reset(): void {
    this.#outcomes.clear()
    this.#resets.emit()
  }

  onFailed(listener: (peer: PeerKey) => void): () => void {
    return this.#failures.add(listener)
  }

  /** Told once of each peer whose content goes through a relay without a failure of our own. */
  onRelayed(listener: (peer: PeerKey) => void): () => void {
    return this.#relays.add(listener)
  }

  onReset(listener: () => void): () => void {
    return this.#resets.add(listener)
  }

  #recent(peer: PeerKey): Outcome | undefined {
    const outcome = this.#outcomes.get(peer)
    return outcome === undefined || this.#now() - outcome.atMs > this.#forgetAfterMs ? undefined : outcome
  }

  #note(peer: PeerKey, failures: number): void {
    // Removed first, so that the map’s order stays the order of age.
    this.#outcomes.delete(peer)
    this.#outcomes.set(peer, { failures, atMs: this.#now() })
    for (const oldest of this.#outcomes.keys()) {
      if (this.#outcomes.size <= MAX_PEERS) break
      this.#outcomes.delete(oldest)
    }
  }
}
