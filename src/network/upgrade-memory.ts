/** What came of the tries to reach peers directly, kept over their relayed connections, which come and go. */
import type { PeerKey } from '../codec/peer-key.ts'
import { Listeners } from './listeners.ts'
import type { NetworkLog } from './network-log.ts'

interface Outcome {
  readonly failures: number
  readonly failedAtMs: number
}

export interface UpgradeMemoryInit {
  readonly forgetAfterMs?: number
  readonly now?: () => number
}

// Networks change; a peer that could not be reached is worth new tries after that.
const DEFAULT_FORGET_AFTER_MS = 10 * 60 * 1000
// Peer ids are free to make. The oldest goes first.
const MAX_PEERS = 256

export class UpgradeMemory {
  readonly #forgetAfterMs: number
  readonly #now: () => number
  readonly #outcomes = new Map<PeerKey, Outcome>()
  readonly #failures: Listeners<PeerKey>
  readonly #resets: Listeners<void>

  constructor(components: { log: NetworkLog }, init: UpgradeMemoryInit = {}) {
    this.#forgetAfterMs = init.forgetAfterMs ?? DEFAULT_FORGET_AFTER_MS
    this.#now = init.now ?? Date.now
    this.#failures = new Listeners(components.log)
    this.#resets = new Listeners(components.log)
  }

  failed(peer: PeerKey): void {
    const failures = this.failuresOf(peer) + 1
    // Removed first, so that the map’s order stays the order of age.
    this.#outcomes.delete(peer)
    this.#outcomes.set(peer, { failures, failedAtMs: this.#now() })
    for (const oldest of this.#outcomes.keys()) {
      if (this.#outcomes.size <= MAX_PEERS) break
      this.#outcomes.delete(oldest)
    }
    this.#failures.emit(peer)
  }

  succeeded(peer: PeerKey): void {
    this.#outcomes.delete(peer)
  }

  /** Tries that failed, one after the other, of late. */
  failuresOf(peer: PeerKey): number {
    const outcome = this.#outcomes.get(peer)
    return outcome === undefined || this.#now() - outcome.failedAtMs > this.#forgetAfterMs ? 0 : outcome.failures
  }

  /** This device is in another network: what was found out holds no longer. */
  reset(): void {
    this.#outcomes.clear()
    this.#resets.emit()
  }

  onFailed(listener: (peer: PeerKey) => void): () => void {
    return this.#failures.add(listener)
  }

  onReset(listener: () => void): () => void {
    return this.#resets.add(listener)
  }
}
