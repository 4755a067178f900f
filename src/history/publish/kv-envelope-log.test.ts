import { beforeEach, describe, expect, it } from 'vitest'
import type { WakuMessage } from '../../codec/history/waku.ts'
import type { HistoryTable } from '../../store/history-kv.ts'
import { MemoryKv } from '../../store/memory-kv.ts'
import type { CommunityId } from '../ids.ts'
import { DAY, HOUR, START_SECONDS, wakuMessage, WEEK } from '../testing/waku-messages.ts'
import { KvEnvelopeLog } from './kv-envelope-log.ts'

const COMMUNITY = `0x02${'ab'.repeat(32)}` as CommunityId
const ALWAYS = { fromSeconds: 0, toSeconds: START_SECONDS + 52 * WEEK }

let kv: MemoryKv<HistoryTable>
let log: KvEnvelopeLog

beforeEach(async () => {
  kv = new MemoryKv<HistoryTable>()
  await kv.open()
  log = new KvEnvelopeLog(kv, { community: COMMUNITY, log: 'live' })
})

async function all(of: KvEnvelopeLog = log, span = ALWAYS): Promise<WakuMessage[]> {
  const messages: WakuMessage[] = []
  for await (const message of of.messages(span)) messages.push(message)
  return messages
}

describe('KvEnvelopeLog', () => {
  it('gives messages back by time, in whatever order they came', async () => {
    const messages = Array.from({ length: 40 }, (_, index) => wakuMessage(START_SECONDS + index * 5 * HOUR))
    await log.append(messages.filter((_, index) => index % 3 === 1).toReversed())
    await log.append(messages.filter((_, index) => index % 3 !== 1).toReversed())
    expect(await all()).toEqual(messages)
  })

  it('keeps a message once, however often it comes', async () => {
    const message = wakuMessage(START_SECONDS)
    expect(await log.append([message, message])).toBe(1)
    expect(await log.append([message])).toBe(0)
    expect(await all()).toEqual([message])
  })

  it('gives what is in a span, without its last moment', async () => {
    const messages = [0, DAY, 2 * DAY - 1, 2 * DAY].map((after) => wakuMessage(START_SECONDS + after))
    await log.append(messages)
    const span = { fromSeconds: START_SECONDS + DAY, toSeconds: START_SECONDS + 2 * DAY }
    expect(await all(log, span)).toEqual(messages.slice(1, 3))
  })

  it('says when the oldest and the newest message is from', async () => {
    expect(await log.bounds()).toBeUndefined()
    await log.append([3, 1, 90].map((hours) => wakuMessage(START_SECONDS + hours * HOUR)))
    expect(await log.bounds()).toEqual({
      oldestSeconds: START_SECONDS + HOUR,
      newestSeconds: START_SECONDS + 90 * HOUR,
    })
  })

  it('lets go of what was archived, and does not take it again', async () => {
    const [first, second, third] = [1, 2, 30].map((hours) => wakuMessage(START_SECONDS + hours * HOUR))
    if (first === undefined || second === undefined || third === undefined) throw new Error('three were made')
    await log.append([first, second, third])
    await log.markArchived([first, third])
    expect(await all()).toEqual([second])
    expect(await log.append([first, second, third])).toBe(0)
    expect(await log.bounds()).toEqual({
      oldestSeconds: second.timestampSeconds,
      newestSeconds: second.timestampSeconds,
    })
  })

  it('frees whole days before a moment', async () => {
    const messages = [0, DAY, 2 * DAY].map((after) => wakuMessage(START_SECONDS + after))
    await log.append(messages)
    await log.deleteBefore(START_SECONDS + DAY + HOUR)
    expect(await all()).toEqual(messages.slice(1))
    await log.deleteBefore(Number.POSITIVE_INFINITY)
    expect(await all()).toEqual([])
  })

  it('keeps the messages of a community apart from those of an import', async () => {
    const live = wakuMessage(START_SECONDS)
    const imported = wakuMessage(START_SECONDS)
    const other = new KvEnvelopeLog(kv, { community: COMMUNITY, log: 'import/1' })
    await log.append([live])
    await other.append([imported])
    expect([await all(), await all(other)]).toEqual([[live], [imported]])
  })

  it('keeps a busy day in records of some kilobytes', async () => {
    const messages = Array.from({ length: 300 }, (_, index) =>
      wakuMessage(START_SECONDS + index, { payload: new Uint8Array(400).fill(index) }),
    )
    for (let start = 0; start < messages.length; start += 10) await log.append(messages.slice(start, start + 10))
    expect(await all()).toEqual(messages)
    const everything = { start: new Uint8Array(), end: new Uint8Array(64).fill(0xff) }
    const sizes = (await kv.read(async (tx) => tx.entries('envelopes', everything))).map(
      ({ value }) => value.byteLength,
    )
    expect(sizes.length).toBeGreaterThan(10)
    expect(Math.max(...sizes)).toBeLessThan(16_384)
  })

  it('leaves out a time that no calendar has', async () => {
    expect(await log.append([wakuMessage(Number.MAX_SAFE_INTEGER)])).toBe(0)
  })
})
