import { describe, expect, it } from 'vitest'
import { MemoryKv } from '../../store/memory-kv.ts'
import type { OpenedMessage } from '../message/opened-message.ts'
import { readWeek } from './testing/read-week.ts'
import { COMMUNITY, START_MS, channelOf, chatOf, reactionOf } from './testing/sample-messages.ts'
import { TimelineDatabase } from './timeline-database.ts'
import type { TimelineReaction } from './types.ts'

const THUMBS_UP = 2
const message = chatOf({ number: 1, clockMs: START_MS, author: 1 })
const done = { clockMs: START_MS, target: message.id, type: THUMBS_UP } as const
const imported = (number: number, peopleCount?: number) =>
  reactionOf({ ...done, number, author: -1, signedBy: 'community', ...(peopleCount && { peopleCount }) })
/** Of somebody who wrote something as well, so that their name is known. */
const own = reactionOf({ ...done, number: 20, author: 1 })

interface Given {
  readonly archives?: readonly (readonly OpenedMessage[])[]
  readonly live?: readonly OpenedMessage[]
}

async function reactionsAfter({ archives = [], live = [] }: Given): Promise<readonly TimelineReaction[]> {
  const timelines = new TimelineDatabase({ kv: new MemoryKv() })
  await timelines.start()
  for (const [week, messages] of archives.entries()) await readWeek(timelines, week, messages)
  await timelines.addLive(COMMUNITY, live, { delivery: 'live' })
  const query = { channelId: channelOf(0), anchor: { kind: 'newest' }, limit: 10 } as const
  const { rows } = await timelines.timeline(COMMUNITY, query)
  await timelines.stop()
  return rows.flatMap((row) => (row.kind === 'message' ? row.reactions : []))
}

describe('an imported reaction', () => {
  it.each<[string, Given]>([
    ['in one archive', { archives: [[message, imported(10, 7), own]] }],
    ['in another archive', { archives: [[message], [imported(10, 7), own]] }],
    ['live', { live: [message, imported(10, 7), own] }],
  ])('stands for as many as reacted where it comes from, and names nobody: %s', async (_where, given) => {
    expect(await reactionsAfter(given)).toEqual([
      { emoji: '👍', type: THUMBS_UP, count: 8, isOwn: false, names: ['author 1'] },
    ])
  })

  it('of a newer export counts in place of the one before, in whatever order they come', async () => {
    for (const archives of [
      [[message, imported(10, 7), imported(11, 9)]],
      [[message], [imported(10, 9)], [imported(11, 7)]],
    ]) {
      expect(await reactionsAfter({ archives })).toMatchObject([{ count: 9 }])
    }
  })

  it('that names no number is one', async () => {
    expect(await reactionsAfter({ archives: [[message, imported(10)]] })).toMatchObject([{ count: 1 }])
  })

  it('counts as one where anybody else than the community signed it', async () => {
    const boast = reactionOf({ ...done, number: 30, author: 2, peopleCount: 1000 })
    expect(await reactionsAfter({ archives: [[message, boast]] })).toMatchObject([{ count: 1 }])
    expect(await reactionsAfter({ live: [message, boast] })).toMatchObject([{ count: 1 }])
  })
})
