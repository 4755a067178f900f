/** Peers that were looked for and not reached, and why: one answer out of what libp2p says of each address. */
import type { PeerKey } from '../codec/peer-key.ts'

export type WhyUnreached =
  /** No relay that it was said to wait behind knows it any more: its page or process is closed, most likely. */
  | 'offline'
  /** The relay that it waits behind cannot be reached. */
  | 'relay-down'
  /** The relay that it waits behind carries as much as it may. */
  | 'relay-full'
  /** The relay refuses, or cannot reach it. */
  | 'relay-refused'
  /** It offers no address that this node can dial. */
  | 'not-dialable'
  /** Somebody else answers at its address. */
  | 'somebody-else'
  /** Nobody answers. */
  | 'no-answer'

export interface UnreachedPeer {
  readonly peer: PeerKey
  readonly why: WhyUnreached
  /** Milliseconds since 1970. */
  readonly atMs: number
}

/** Of those that are told to people. */
const MAX_UNREACHED = 20

export class Unreached {
  readonly #peers = new Map<PeerKey, UnreachedPeer>()

  /** `error` is what the dial ended with; `isBehindDeadRelays`: every address leads through a relay that is not connected. */
  note(peer: PeerKey, error: unknown, { isBehindDeadRelays = false } = {}): void {
    const said = whyUnreached(error)
    const why = said === 'no-answer' && isBehindDeadRelays ? 'relay-down' : said
    this.#peers.delete(peer)
    this.#peers.set(peer, { peer, why, atMs: Date.now() })
    for (const oldest of this.#peers.keys()) {
      if (this.#peers.size <= MAX_UNREACHED) break
      this.#peers.delete(oldest)
    }
  }

  /** It was reached after all. */
  forget(peer: PeerKey): void {
    this.#peers.delete(peer)
  }

  /** Newest first. */
  latest(): UnreachedPeer[] {
    return [...this.#peers.values()].toReversed()
  }
}

/** How deep errors lie in each other, at most; libp2p nests two or three. */
const MAX_DEPTH = 8

// In order of how much each says: where one relay is full and another does not know the peer, there is hope.
const SIGNS: readonly (readonly [RegExp, WhyUnreached])[] = [
  [/RESOURCE_LIMIT_EXCEEDED|RESERVATION_REFUSED/, 'relay-full'],
  [/PERMISSION_DENIED|CONNECTION_FAILED/, 'relay-refused'],
  [/UnexpectedPeer|does not match expected remote|signature was invalid/i, 'somebody-else'],
  [/NO_RESERVATION/, 'offline'],
  [/NoValidAddresses|no valid addresses|No transport available|UnsupportedListenAddress/i, 'not-dialable'],
]

export function whyUnreached(error: unknown): WhyUnreached {
  const text = textsOf(error).join('\n')
  return SIGNS.find(([sign]) => sign.test(text))?.[1] ?? 'no-answer'
}

function textsOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > MAX_DEPTH) return []
  const inner = error instanceof AggregateError ? error.errors : []
  return [`${error.name}: ${error.message}`, ...[error.cause, ...inner].flatMap((next) => textsOf(next, depth + 1))]
}
