/** Numbers that a seed decides, the same on every device (sfc32, seeded by FNV-1a). */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: string) {
    let hash = 0x811c9dc5
    for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193)
    this.#a = hash
    this.#b = Math.imul(hash, 0x85ebca6b)
    this.#c = Math.imul(hash, 0xc2b2ae35)
    for (let i = 0; i < 12; i++) this.next()
  }

  /** 0 ≤ x < 1. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4_294_967_296
  }

  /** A whole number, 0 ≤ n < `below`. */
  below(below: number): number {
    return Math.floor(this.next() * below)
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0]
  }

  is(probability: number): boolean {
    return this.next() < probability
  }

  /** Small places far more often than large ones: few write most. */
  skewed(below: number): number {
    return Math.floor(this.next() ** 2.5 * below)
  }
}
