import { describe, expect, it } from 'vitest'
import type { WakuMessage } from '../../codec/history/waku.ts'
import { DAY, HOUR, START_SECONDS, wakuMessage, WEEK } from '../testing/waku-messages.ts'
import type { SpanSeconds } from './archive-entry.ts'
import { type Chunk, chunksOf, partitionSpans } from './partition.ts'

const SPAN: SpanSeconds = { fromSeconds: START_SECONDS, toSeconds: START_SECONDS + WEEK }

async function chunks(messages: readonly WakuMessage[], maxContentBytes?: number): Promise<Chunk[]> {
  const all: Chunk[] = []
  for await (const chunk of chunksOf(messages, { span: SPAN, maxContentBytes })) all.push(chunk)
  return all
}

describe('partitionSpans', () => {
  it('cuts three weeks into three spans, one after the other', () => {
    const spans = partitionSpans({ fromSeconds: 0, toSeconds: 3 * WEEK, partitionSeconds: WEEK })
    expect(spans).toEqual([0, 1, 2].map((week) => ({ fromSeconds: week * WEEK, toSeconds: (week + 1) * WEEK })))
  })

  it('ends the last span where the range ends', () => {
    const spans = partitionSpans({ fromSeconds: 0, toSeconds: 20 * DAY, partitionSeconds: WEEK })
    expect(spans.at(-1)).toEqual({ fromSeconds: 2 * WEEK, toSeconds: 20 * DAY })
  })

  it('gives no span for a range that is empty or runs backwards', () => {
    expect(partitionSpans({ fromSeconds: 5, toSeconds: 5, partitionSeconds: WEEK })).toEqual([])
    expect(partitionSpans({ fromSeconds: 9, toSeconds: 5, partitionSeconds: WEEK })).toEqual([])
  })

  it('refuses a partition that would never end', () => {
    const endless = { fromSeconds: 0, toSeconds: 1, partitionSeconds: 0 }
    expect(() => partitionSpans(endless)).toThrow(expect.objectContaining({ code: 'ERR_RANGE_INVALID' }))
  })
})

describe('chunksOf', () => {
  it('makes no chunk of no messages', async () => {
    expect(await chunks([])).toEqual([])
  })

  it('makes no chunk where every message is larger than a chunk', async () => {
    const large = wakuMessage(START_SECONDS, { payload: new Uint8Array(100) })
    expect(await chunks([large, large], 100)).toEqual([])
  })

  it('puts three small messages into one chunk', async () => {
    const messages = [1, 2, 3].map((hours) => wakuMessage(START_SECONDS + hours * HOUR))
    const [chunk, ...more] = await chunks(messages)
    expect(more).toEqual([])
    expect(chunk).toEqual({ ...SPAN, number: 0, messages })
  })

  it('counts payloads and keys, and fills a chunk to its last byte', async () => {
    const messages = [1, 2, 3].map((hours) => wakuMessage(START_SECONDS + hours, { payload: new Uint8Array(49) }))
    expect((await chunks(messages, 100)).map((chunk) => chunk.messages.length)).toEqual([2, 1])
    expect((await chunks(messages, 99)).map((chunk) => chunk.messages.length)).toEqual([1, 1, 1])
  })

  it('leaves out what is too large and keeps what is around it', async () => {
    const [before, after] = [wakuMessage(START_SECONDS), wakuMessage(START_SECONDS + 2)]
    const large = wakuMessage(START_SECONDS + 1, { payload: new Uint8Array(100) })
    expect((await chunks([before, large, after], 100)).map((chunk) => chunk.messages)).toEqual([[before, after]])
  })

  it('takes the first moment of the span and not the one after its last', async () => {
    const first = wakuMessage(SPAN.fromSeconds)
    const last = wakuMessage(SPAN.toSeconds - 1)
    const outside = [wakuMessage(SPAN.fromSeconds - 1), wakuMessage(SPAN.toSeconds)]
    expect((await chunks([...outside, first, last])).map((chunk) => chunk.messages)).toEqual([[first, last]])
  })
})
