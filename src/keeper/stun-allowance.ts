/**
 * How many questions are answered, in all and for each source.
 *
 * The source of a datagram can be forged, so an answer may go to somebody who asked nothing. It is hardly larger than the
 * question (32 bytes for 20), and these limits keep what one victim gets below 15 KB/s.
 */
import type { Clock } from '../exchange/clock.ts'
import { TokenBucket } from '../exchange/token-bucket.ts'

// A tab asks twice for each peer connection, and again every ten seconds while it lives; an office shares one address.
const PER_SOURCE = { perSecond: 200, burst: 400 }
// A few percent of one core.
const IN_ALL = { perSecond: 5000, burst: 10_000 }
/** Sources that are remembered; a forgotten one starts with a full allowance, and the limit in all holds. */
const MAX_SOURCES = 4096

export class StunAllowance {
  readonly #clock: Clock
  readonly #inAll: TokenBucket
  readonly #sources = new Map<string, TokenBucket>()

  constructor(clock: Clock) {
    this.#clock = clock
    this.#inAll = new TokenBucket(clock, IN_ALL)
  }

  /** Whether one more question from this address is answered; counts it where it is. */
  take(address: string): boolean {
    const source = this.#bucketOf(sourceOf(address))
    if (source.waitMs() > 0 || this.#inAll.waitMs() > 0) return false
    source.spend(1)
    this.#inAll.spend(1)
    return true
  }

  #bucketOf(source: string): TokenBucket {
    const known = this.#sources.get(source)
    if (known !== undefined) return known
    const [oldest] = this.#sources.keys()
    if (this.#sources.size >= MAX_SOURCES && oldest !== undefined) this.#sources.delete(oldest)
    const bucket = new TokenBucket(this.#clock, PER_SOURCE)
    this.#sources.set(source, bucket)
    return bucket
  }
}

// Whoever has one IPv6 address has all that share its first 64 bits.
function sourceOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address
  const [left = ''] = address.split('::')
  return left.split(':').slice(0, 4).join(':')
}
