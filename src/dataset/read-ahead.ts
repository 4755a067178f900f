/**
 * The values of `source` in order, with up to `count` of them made before they are asked for.
 *
 * So that reading, hashing and writing of neighbouring pieces overlap: memory is bounded by `count` values in the buffer
 * and one in the making. Ending early returns `source` after the value in the making. An error is thrown in its turn.
 */
export async function* readAhead<T>(source: AsyncIterable<T>, count: number): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]()
  const queue: Promise<IteratorResult<T>>[] = []
  try {
    while (true) {
      // The one at the head is being waited for; `count` more are on their way behind it.
      while (queue.length <= count) queue.push(quiet(iterator.next()))
      const next = await queue.shift()
      if (next === undefined || next.done === true) return
      yield next.value
    }
  } finally {
    await iterator.return?.()
  }
}

/** `promise`, with a failure that nobody waits for any more kept from becoming an unhandled rejection. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
