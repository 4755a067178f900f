import type { WakuMessage } from '../../codec/history/waku.ts'
import type { SpanSeconds } from '../archive/archive-entry.ts'
import type { AbortOptions } from '../ports.ts'

export interface TimeBounds {
  readonly oldestSeconds: number
  readonly newestSeconds: number
}

/**
 * Messages that wait to be archived: those of the owner’s topics, or those of an import.
 *
 * The same messages come in the same order however often they are read, so that a run that is taken up again makes the
 * same archives.
 */
export interface MessageSource {
  /** Those with `fromSeconds` ≤ timestamp < `toSeconds`, by time and hash, each hash once. */
  messages(span: SpanSeconds, options?: AbortOptions): AsyncIterable<WakuMessage>
  /** Undefined where there is none. */
  bounds(options?: AbortOptions): Promise<TimeBounds | undefined>
}

/** What tells a message from all others. */
export type MessageKey = Pick<WakuMessage, 'timestampSeconds' | 'hash'>

/** The messages that an owner keeps until they are archived, of one community or one import. */
export interface EnvelopeLog extends MessageSource {
  /** Resolves with how many are new; one whose hash is known, archived or not, is not kept again. Errors: `ERR_STORE_FULL`, `ERR_STORE_FAILED`. */
  append(messages: readonly WakuMessage[], options?: AbortOptions): Promise<number>
  /** They are not messages that wait any more; their hashes stay known. */
  markArchived(keys: readonly MessageKey[]): Promise<void>
  /** Frees whole days before this moment, hashes too. */
  deleteBefore(seconds: number): Promise<void>
}

/** Messages that are in memory, in any order. */
export function sourceOf(messages: readonly WakuMessage[]): MessageSource {
  const times = messages.map(({ timestampSeconds }) => timestampSeconds)
  return {
    async *messages({ fromSeconds, toSeconds }) {
      const within = messages.filter((one) => one.timestampSeconds >= fromSeconds && one.timestampSeconds < toSeconds)
      yield* inOrder(within)
    },
    bounds: async () => {
      if (times.length === 0) return undefined
      const [oldestSeconds, newestSeconds] = times.reduce<[number, number]>(
        ([low, high], time) => [Math.min(low, time), Math.max(high, time)],
        [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      )
      return { oldestSeconds, newestSeconds }
    },
  }
}

/** By time, then by hash; each hash once. */
export function inOrder(messages: Iterable<WakuMessage>): WakuMessage[] {
  const byHash = new Map<string, { hash: string; message: WakuMessage }>()
  for (const message of messages) {
    const hash = String.fromCharCode(...message.hash)
    byHash.set(hash, { hash, message })
  }
  return [...byHash.values()]
    .toSorted((a, b) => a.message.timestampSeconds - b.message.timestampSeconds || (a.hash < b.hash ? -1 : 1))
    .map(({ message }) => message)
}
