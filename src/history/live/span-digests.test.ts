import { describe, expect, it } from 'vitest'
import { keccak256 } from '../crypto/keccak.ts'
import { concat } from '../../codec/concat.ts'
import { timeBytes } from './live-keys.ts'
import { DIGEST_BYTES, differingSpans, digestsOf, MAX_DIGESTS, partsFor, type Span } from './span-digests.ts'

const SPAN = { fromMs: 1000, toMs: 2001 }
const SALT = Uint8Array.of(1, 2, 3)

/** Time and id, as `KeptEnvelopes.keys` gives them. */
function keyAt(atMs: number, text = ''): Uint8Array {
  return concat(timeBytes(atMs), keccak256(new TextEncoder().encode(`${atMs} ${text}`)))
}

async function* pages(keys: readonly Uint8Array[], pageSize = 7): AsyncGenerator<readonly Uint8Array[]> {
  for (let from = 0; from < keys.length; from += pageSize) yield keys.slice(from, from + pageSize)
}

async function digests(keys: readonly Uint8Array[], parts: number, salt = SALT): Promise<Uint8Array> {
  return (await digestsOf(pages(keys), { span: SPAN, parts, salt })).digests
}

async function differing(ours: readonly Uint8Array[], theirs: readonly Uint8Array[], parts: number): Promise<Span[]> {
  const compared = { ours: await digests(ours, parts), theirs: await digests(theirs, parts) }
  return differingSpans({ span: SPAN, parts, salt: SALT }, compared)
}

function isCovered(atMs: number, spans: readonly Span[]): boolean {
  return spans.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)
}

describe('digests of a span', () => {
  const keys = Array.from({ length: 100 }, (_, i) => keyAt(1000 + 10 * i))

  it('are the same for the same envelopes, however they are read, and different for every salt', async () => {
    const one = await digestsOf(pages(keys, 1), { span: SPAN, parts: 9, salt: SALT })
    const other = await digestsOf(pages(keys, 64), { span: SPAN, parts: 9, salt: SALT })

    expect(one).toEqual(other)
    expect(one.count).toBe(100)
    expect(one.digests.byteLength).toBe(9 * DIGEST_BYTES)
    expect(await digests(keys, 9, Uint8Array.of(4))).not.toEqual(one.digests)
    expect(await differing(keys, keys, 9)).toEqual([])
  })

  it('do not count what lies outside', async () => {
    const more = [keyAt(999), ...keys, keyAt(2001), keyAt(5000)]

    expect(await digests(more, 9)).toEqual(await digests(keys, 9))
  })

  it('tell an envelope from another of the same time', async () => {
    const changed = keys.with(50, keyAt(1500, 'another'))

    expect(isCovered(1500, await differing(keys, changed, 9))).toBe(true)
  })

  it('find everything that one of the two lacks, and little else', async () => {
    for (const parts of [1, 2, 7, 64, MAX_DIGESTS]) {
      for (const lacking of [[0], [99], [3, 4, 5], [10, 90], []]) {
        const theirs = keys.filter((_, at) => !lacking.includes(at))
        const spans = await differing(theirs, keys, parts)
        for (const at of lacking) expect(isCovered(1000 + 10 * at, spans)).toBe(true)
        const coveredMs = spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
        expect(coveredMs).toBeLessThanOrEqual(lacking.length * Math.ceil(1001 / parts))
      }
    }
  })

  it('do not differ where the other has nothing', async () => {
    expect(await differing(keys, [], 9)).toEqual([])
    expect(await differing(keys, keys.slice(0, 50), 10)).toEqual([])
    const another = keys.slice(0, 50).with(49, keyAt(1490, 'another'))
    expect(isCovered(1490, await differing(keys, another, 10))).toBe(true)
  })

  it('join what is scattered to a few spans, the newest first, and leave nothing out', async () => {
    const theirs = keys.filter((_, at) => at % 2 === 0)
    const spans = await differing(theirs, keys, MAX_DIGESTS)

    expect(spans.length).toBeLessThanOrEqual(16)
    for (let at = 1; at < keys.length; at += 2) expect(isCovered(1000 + 10 * at, spans)).toBe(true)
    expect(spans.map(({ fromMs }) => fromMs)).toEqual(spans.map(({ fromMs }) => fromMs).toSorted((a, b) => b - a))
  })

  it('end with spans shorter than their parts, and with none at all', async () => {
    const short = { fromMs: 1000, toMs: 1003 }
    const init = { span: short, parts: 50, salt: SALT }
    const ours = await digestsOf(pages([]), init)
    const theirs = await digestsOf(pages([keyAt(1001)]), init)

    expect(isCovered(1001, differingSpans(init, { ours: ours.digests, theirs: theirs.digests }))).toBe(true)
    const empty = await digestsOf(pages(keys), { ...init, span: { fromMs: 5, toMs: 5 } })
    expect(empty).toMatchObject({ count: 0 })
  })

  it('are as many as there is to compare', () => {
    expect([0, 16, 17, 4000, 1_000_000].map(partsFor)).toEqual([1, 1, 2, 250, MAX_DIGESTS])
  })
})
