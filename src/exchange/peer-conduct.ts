/**
 * What a peer does that no honest one does so often: each method counts one thing and gives the reason to drop the peer
 * once it is too much. Single mishaps cost nothing, since links break and laptops sleep.
 */
import type { Clock } from './clock.ts'
import {
  CONTROL_BURST_BYTES,
  CONTROL_BYTES_PER_SECOND,
  CONTROL_MESSAGE_BYTES,
  MANIFEST_REQUEST_BURST,
  MANIFEST_REQUESTS_PER_SECOND,
  MAX_UNASKED_ANSWERS,
  STREAM_BURST,
  STREAMS_PER_SECOND,
  UNREAD_ANSWERS_BEFORE_DROP,
} from './limits.ts'
import { TokenBucket } from './token-bucket.ts'

const MAX_INDEX = BigInt(Number.MAX_SAFE_INTEGER)

export class PeerConduct {
  readonly #control: TokenBucket
  readonly #streams: TokenBucket
  readonly #manifests: TokenBucket
  #unaskedAnswers = 0
  #unreadAnswers = 0

  constructor(clock: Clock) {
    this.#control = new TokenBucket(clock, { perSecond: CONTROL_BYTES_PER_SECOND, burst: CONTROL_BURST_BYTES })
    this.#streams = new TokenBucket(clock, { perSecond: STREAMS_PER_SECOND, burst: STREAM_BURST })
    this.#manifests = new TokenBucket(clock, { perSecond: MANIFEST_REQUESTS_PER_SECOND, burst: MANIFEST_REQUEST_BURST })
  }

  /** A want list or presence came. */
  control(payloadBytes: number): string | undefined {
    this.#control.spend(CONTROL_MESSAGE_BYTES + payloadBytes)
    return this.#control.waitMs() > 0 ? 'It sends more messages than anybody needs.' : undefined
  }

  /** It asks about, or for, blocks from `start` on. */
  asksFrom(starts: Iterable<bigint>): string | undefined {
    for (const start of starts) if (start > MAX_INDEX) return 'It asks for blocks that no dataset can have.'
    return undefined
  }

  /** It opened a stream. */
  stream(): string | undefined {
    this.#streams.spend(1)
    return this.#streams.waitMs() > 0 ? 'It opens streams without end.' : undefined
  }

  /** It opened a stream to ask for a manifest. */
  manifestRequest(): string | undefined {
    this.#manifests.spend(1)
    return this.#manifests.waitMs() > 0 ? 'It asks for manifests without end.' : undefined
  }

  /** An answer came to no request of ours. */
  unaskedAnswer(): string | undefined {
    this.#unaskedAnswers += 1
    return this.#unaskedAnswers > MAX_UNASKED_ANSWERS ? 'It sends answers that nobody asked for.' : undefined
  }

  /** It did not take what it had asked for. */
  unreadAnswer(): string | undefined {
    this.#unreadAnswers += 1
    return this.#unreadAnswers >= UNREAD_ANSWERS_BEFORE_DROP ? 'It asks for blocks and does not read them.' : undefined
  }

  readAnswer(): void {
    this.#unreadAnswers = 0
  }
}
