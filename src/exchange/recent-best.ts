/**
 * The best sample of the last one to two spans in which there were any: two buckets, so that it costs the same whatever the
 * traffic.
 */
export class RecentBest {
  readonly #spanMs: number
  readonly #isBetter: (a: number, b: number) => boolean
  #startedAtMs = Number.NEGATIVE_INFINITY
  #current: number | undefined
  #previous: number | undefined

  constructor(spanMs: number, isBetter: (a: number, b: number) => boolean) {
    this.#spanMs = spanMs
    this.#isBetter = isBetter
  }

  get value(): number | undefined {
    if (this.#previous === undefined || this.#current === undefined) return this.#current ?? this.#previous
    return this.#isBetter(this.#previous, this.#current) ? this.#previous : this.#current
  }

  add(nowMs: number, sample: number): void {
    if (nowMs - this.#startedAtMs >= this.#spanMs) {
      this.#previous = this.#current
      this.#current = undefined
      this.#startedAtMs = nowMs
    }
    if (this.#current === undefined || this.#isBetter(sample, this.#current)) this.#current = sample
  }
}
