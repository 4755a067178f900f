/**
 * Whether two devices hold the same envelopes of a time, found out without sending them.
 *
 *   span ── cut into equal parts ──▶ of each part a hash of the times and ids in it ──▶ compared: what differs is sent
 *
 * The hashes are of eight bytes and begin with a salt that the asker makes up for each question: nobody can look for messages
 * beforehand that make two different parts look alike.
 */
import { keccak_256 } from '@noble/hashes/sha3.js'
import { concat } from '../../codec/concat.ts'
import { sameBytes } from '../../codec/same-bytes.ts'
import { readTime } from './live-keys.ts'

export interface Span {
  readonly fromMs: number
  /** Not included. */
  readonly toMs: number
}

interface DigestInit {
  readonly span: Span
  /** 1 to `MAX_DIGESTS`. */
  readonly parts: number
  readonly salt: Uint8Array
}

interface SpanDigests {
  /** One after the other, `DIGEST_BYTES` each. */
  readonly digests: Uint8Array
  /** Envelopes in the span. */
  readonly count: number
}

interface ComparedDigests {
  readonly ours: Uint8Array
  readonly theirs: Uint8Array
}

export const MAX_DIGESTS = 256
export const DIGEST_BYTES = 8
export const SALT_BYTES = 16
const ENVELOPES_A_PART = 16
// Each is a question of its own, and a look has room for so many.
const MAX_SPANS = 16

/** Into how many parts a span is cut of which so many envelopes are here. */
export function partsFor(count: number): number {
  return Math.min(MAX_DIGESTS, Math.max(1, Math.ceil(count / ENVELOPES_A_PART)))
}

/** `keys` are times and ids, in order, by pages; those outside the span do not count. */
export async function digestsOf(
  keys: AsyncIterable<readonly Uint8Array[]>,
  { span, parts, salt }: DigestInit,
): Promise<SpanDigests> {
  const digests: Uint8Array[] = []
  let hash = beginPart(salt)
  let count = 0
  const endPart = (): void => {
    digests.push(endPartOf(hash))
    hash = beginPart(salt)
  }
  for await (const page of keys) {
    for (const key of page) {
      const atMs = readTime(key)
      if (atMs < span.fromMs || atMs >= span.toMs) continue
      while (atMs >= startOfPart(span, parts, digests.length + 1)) endPart()
      hash.update(key)
      count++
    }
  }
  while (digests.length < parts) endPart()
  return { digests: concat(...digests), count }
}

/**
 * Where `theirs` has something, and not what `ours` has, the newest first; parts side by side are one span, and scattered ones
 * are joined to a few.
 */
export function differingSpans({ span, parts, salt }: DigestInit, { ours, theirs }: ComparedDigests): Span[] {
  const nothing = endPartOf(beginPart(salt))
  const spans: Span[] = []
  for (let at = parts - 1; at >= 0; at--) {
    const theirDigest = digestAt(theirs, at)
    if (sameBytes(digestAt(ours, at), theirDigest) || sameBytes(theirDigest, nothing)) continue
    const part = { fromMs: startOfPart(span, parts, at), toMs: startOfPart(span, parts, at + 1) }
    const newer = spans.at(-1)
    if (newer?.fromMs === part.toMs) spans[spans.length - 1] = { ...newer, fromMs: part.fromMs }
    else if (part.fromMs < part.toMs) spans.push(part)
  }
  const oldest = spans.at(-1)
  if (oldest === undefined || spans.length <= MAX_SPANS) return spans
  const kept = spans.slice(0, MAX_SPANS)
  const last = kept[MAX_SPANS - 1] ?? oldest
  return [...kept.slice(0, -1), { fromMs: oldest.fromMs, toMs: last.toMs }]
}

function beginPart(salt: Uint8Array) {
  return keccak_256.create().update(salt)
}

function endPartOf(hash: ReturnType<typeof beginPart>): Uint8Array {
  return hash.digest().subarray(0, DIGEST_BYTES)
}

function digestAt(digests: Uint8Array, at: number): Uint8Array {
  return digests.subarray(at * DIGEST_BYTES, (at + 1) * DIGEST_BYTES)
}

function startOfPart({ fromMs, toMs }: Span, parts: number, at: number): number {
  return fromMs + Math.floor(((toMs - fromMs) * at) / parts)
}
