/**
 * Messages become the contents of archives: spans of seven days, each cut into chunks of at most 30,000,000 bytes.
 *
 *   from = start ─▶ [from, min(from + partition, end)) ─ no message: no archive ─▶ next span
 *                        └─ messages by time ─▶ chunk, chunk, … (all of the span’s metadata)
 *
 * Source: status-go, createArchivesForPartition; facts §3.3.
 */
import { MAX_ARCHIVE_CONTENT_BYTES } from '../../codec/history/archive.ts'
import type { WakuMessage } from '../../codec/history/waku.ts'
import { QuireError } from '../../errors.ts'
import type { AbortOptions } from '../ports.ts'
import type { SpanSeconds } from './archive-entry.ts'

export const DAY_SECONDS = 24 * 3600

/** What becomes one archive. */
export interface Chunk extends SpanSeconds {
  /** Place among the chunks of its span, from 0. */
  readonly number: number
  readonly messages: readonly WakuMessage[]
}

export interface PartitionInit extends SpanSeconds {
  readonly partitionSeconds: number
}

interface ChunkInit extends AbortOptions {
  readonly span: SpanSeconds
  /** What one chunk may have in payloads and keys; 30,000,000 unless a test says otherwise. */
  readonly maxContentBytes?: number | undefined
}

/** The spans from `fromSeconds` to `toSeconds`; the last one may be shorter. Errors: `ERR_RANGE_INVALID`. */
export function partitionSpans({ fromSeconds, toSeconds, partitionSeconds }: PartitionInit): SpanSeconds[] {
  if (!Number.isSafeInteger(partitionSeconds) || partitionSeconds <= 0) {
    throw new QuireError('ERR_RANGE_INVALID', `A partition has whole seconds, not ${partitionSeconds}.`)
  }
  const spans: SpanSeconds[] = []
  for (let from = fromSeconds; from < toSeconds; from += partitionSeconds) {
    spans.push({ fromSeconds: from, toSeconds: Math.min(from + partitionSeconds, toSeconds) })
  }
  return spans
}

/**
 * The chunks of one span, one in memory at a time; none where no message is in it.
 *
 * Messages outside of the span, and those that are larger than a whole chunk, are left out.
 */
export async function* chunksOf(
  messages: AsyncIterable<WakuMessage> | Iterable<WakuMessage>,
  { span, signal, maxContentBytes = MAX_ARCHIVE_CONTENT_BYTES }: ChunkInit,
): AsyncGenerator<Chunk, void, undefined> {
  let number = 0
  let taken: WakuMessage[] = []
  let takenBytes = 0
  for await (const message of messages) {
    signal?.throwIfAborted()
    const sizeBytes = message.payload.byteLength + message.sig.byteLength
    if (sizeBytes > maxContentBytes || !isWithin(span, message)) continue
    if (takenBytes + sizeBytes > maxContentBytes) {
      yield { ...span, number: number++, messages: taken }
      taken = []
      takenBytes = 0
    }
    taken.push(message)
    takenBytes += sizeBytes
  }
  if (taken.length > 0) yield { ...span, number, messages: taken }
}

function isWithin({ fromSeconds, toSeconds }: SpanSeconds, { timestampSeconds }: WakuMessage): boolean {
  return timestampSeconds >= fromSeconds && timestampSeconds < toSeconds
}
