/**
 * Long work in slices: peers and the page have their turn in between.
 *
 *   a generator that stops wherever it may be held up ─▶ inSlices: on and on for some 10 ms, then a turn of the event loop
 */
import { breathe } from '../crypto/breathe.ts'
import type { AbortOptions } from '../ports.ts'

/** Each `yield` is a place where others may have their turn. */
export type Work<T> = Generator<undefined, T, undefined>

/** With a step that is begun at its very end, a slice stays under a frame’s 16 ms. */
const SLICE_MS = 10
const GROUP = 128

/** Rejects with the signal’s reason. */
export async function inSlices<T>(work: Work<T>, { signal }: AbortOptions = {}): Promise<T> {
  signal?.throwIfAborted()
  let endsAt = performance.now() + SLICE_MS
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    if (performance.now() < endsAt) continue
    await breathe()
    signal?.throwIfAborted()
    endsAt = performance.now() + SLICE_MS
  }
}

/** All of it without a stop, for where there is little. */
export function atOnce<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

/** Stops after every 128. */
export function* each<T>(items: Iterable<T>, visit: (item: T, index: number) => void): Work<void> {
  let index = 0
  for (const item of items) {
    visit(item, index++)
    if (index % GROUP === 0) yield
  }
}

/** A sorted copy; equal ones stay in their order. */
export function* sorted<T>(items: Iterable<T>, compare: (a: T, b: T) => number): Work<T[]> {
  let runs: T[][] = []
  const all = [...items]
  for (let start = 0; start < all.length; start += GROUP) {
    runs.push(all.slice(start, start + GROUP).sort(compare))
    yield
  }
  while (runs.length > 1) {
    const merged: T[][] = []
    for (let i = 0; i < runs.length; i += 2) merged.push(yield* merge(runs[i] ?? [], runs[i + 1] ?? [], compare))
    runs = merged
  }
  return runs[0] ?? []
}

function* merge<T>(left: readonly T[], right: readonly T[], compare: (a: T, b: T) => number): Work<T[]> {
  const merged: T[] = []
  let [l, r] = [0, 0]
  while (l < left.length || r < right.length) {
    const [a, b] = [left[l], right[r]]
    const isLeft = r >= right.length || (l < left.length && compare(a as T, b as T) <= 0)
    merged.push((isLeft ? a : b) as T)
    if (isLeft) l++
    else r++
    if (merged.length % (8 * GROUP) === 0) yield
  }
  return merged
}
