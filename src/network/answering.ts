/** How many questions are answered at a time: each may hold two frames of 2 MiB. */
import type { PeerKey } from '../codec/peer-key.ts'

const MAX_AT_A_TIME = 16
const MAX_OF_A_PEER = 4

export class Answering {
  readonly #ofPeers = new Map<PeerKey, number>()
  #count = 0

  /** False where there are too many already; otherwise `end` must follow. */
  begin(peer: PeerKey): boolean {
    const ofPeer = this.#ofPeers.get(peer) ?? 0
    if (this.#count >= MAX_AT_A_TIME || ofPeer >= MAX_OF_A_PEER) return false
    this.#count++
    this.#ofPeers.set(peer, ofPeer + 1)
    return true
  }

  end(peer: PeerKey): void {
    const left = (this.#ofPeers.get(peer) ?? 1) - 1
    this.#count--
    if (left > 0) this.#ofPeers.set(peer, left)
    else this.#ofPeers.delete(peer)
  }
}
