import type { WakuMessage } from '../../codec/history/waku.ts'
import type { SpanSeconds } from '../archive/archive-entry.ts'
import type { AbortOptions } from '../ports.ts'

/**
 * Messages that wait to be archived: those of the owner’s topics, or those of an import.
 *
 * The same messages come in the same order however often they are read, so that a run that is taken up again makes the
 * same archives.
 */
export interface MessageSource {
  /** Those with `fromSeconds` ≤ timestamp < `toSeconds`, by time and hash, each hash once. */
  messages(span: SpanSeconds, options?: AbortOptions): AsyncIterable<WakuMessage>
  /** Seconds of the oldest and newest message; undefined where there is none. */
  bounds(
    options?: AbortOptions,
  ): Promise<{ readonly oldestSeconds: number; readonly newestSeconds: number } | undefined>
}

/** The messages that an owner keeps until they are archived, of one community or one import. */
export interface EnvelopeLog extends MessageSource {
  /** Resolves with how many are new; those with a known hash are not kept twice. Errors: `ERR_STORE_FULL`, `ERR_STORE_FAILED`. */
  append(messages: readonly WakuMessage[], options?: AbortOptions): Promise<number>
  /** Frees what is older than this. */
  deleteBefore(seconds: number): Promise<void>
}
