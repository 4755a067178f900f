/** The past over which a rate is taken: long enough to be calm, short enough that a stall shows soon. */
const WINDOW_MS = 3_000
/** Samples closer than this are joined, so that a window holds at most 30 of them. */
const SAMPLE_MS = 100

interface Sample {
  readonly atMs: number
  readonly bytes: number
}

/** Bytes a second over the last three seconds, from a count that only grows. */
export class RateMeter {
  readonly #samples: Sample[]

  /** `startBytes` were there before: they are no part of any rate. */
  constructor(startBytes: number, nowMs: number) {
    this.#samples = [{ atMs: nowMs, bytes: startBytes }]
  }

  add(bytes: number, nowMs: number): void {
    const before = this.#samples.at(-2)
    if (before !== undefined && nowMs - before.atMs < SAMPLE_MS) this.#samples.pop()
    this.#samples.push({ atMs: nowMs, bytes })
    this.#forget(nowMs)
  }

  bytesPerSecond(nowMs: number): number {
    this.#forget(nowMs)
    const oldest = this.#samples[0]
    const newest = this.#samples.at(-1)
    if (oldest === undefined || newest === undefined) return 0
    const spanMs = Math.max(nowMs - oldest.atMs, SAMPLE_MS)
    return ((newest.bytes - oldest.bytes) * 1000) / spanMs
  }

  /** One sample from before the window stays: it is where the window’s count begins. */
  #forget(nowMs: number): void {
    const startMs = nowMs - WINDOW_MS
    while ((this.#samples[1]?.atMs ?? nowMs) < startMs) this.#samples.shift()
  }
}
