import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FaultKv } from '../../store/fault-kv.contract.ts'
import type { HistoryTable } from '../../store/history-kv.ts'
import { MemoryKv } from '../../store/memory-kv.ts'
import { WEEK_MS } from '../clock.ts'
import type { OpenedMessage } from '../message/opened-message.ts'
import {
  COMMUNITY,
  START_MS,
  archiveIdOf,
  channelOf,
  chatOf,
  deletionOf,
  editOf,
  idOf,
  pinOf,
  reactionOf,
} from './testing/sample-messages.ts'
import { TimelineDatabase } from './timeline-database.ts'

const MESSAGES = 12

/** Messages 0 … 11, then things done to them. */
const someone = fc.record({
  clockMs: fc.integer({ min: START_MS, max: START_MS + 50 }),
  target: fc.integer({ min: 0, max: MESSAGES - 1 }),
  author: fc.integer({ min: -1, max: 2 }),
  kind: fc.constantFrom('edit', 'delete', 'pin', 'reaction'),
  value: fc.integer({ min: 1, max: 3 }),
  archives: fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
})

const world = fc.record({
  chats: fc.array(
    fc.record({
      clockMs: fc.integer({ min: START_MS, max: START_MS + 50 }),
      archives: fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
    }),
    { minLength: MESSAGES, maxLength: MESSAGES },
  ),
  deeds: fc.array(someone, { maxLength: 20 }),
  order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
})

interface Placed {
  readonly message: OpenedMessage
  readonly archives: readonly number[]
}

describe('any order of arrival', () => {
  it('gives the same timeline, pins and search', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ chats, deeds, order }) => {
        const placed = [
          ...chats.map(({ clockMs, archives }, i) => ({
            message: chatOf({ number: i, clockMs, text: `word ${i}`, ...(i > 3 ? { replyTo: idOf(i - 3) } : {}) }),
            archives,
          })),
          ...deeds.map((deed, i) => ({ message: deedOf(deed, 100 + i), archives: deed.archives })),
        ]
        expect(await shown(placed, order)).toEqual(await shown(placed, [0, 1, 2, 3]))
      }),
      { numRuns: 30 },
    )
  })
})

describe('a crash while an archive is read', () => {
  it('leaves all of it or nothing, and it can be read again', async () => {
    const messages = Array.from({ length: 40 }, (_, i) => chatOf({ number: i, clockMs: START_MS + i, channel: i % 3 }))
    for (let failAt = 1, isDead = true; isDead; failAt += 3) {
      const kv = new MemoryKv<HistoryTable>()
      const whole = new TimelineDatabase({ kv })
      await whole.start()
      await whole.addLive(COMMUNITY, messages.slice(0, 20), { delivery: 'live' })
      const fault = new FaultKv(kv, failAt)
      const crashing = new TimelineDatabase({ kv: fault })
      await readWeek(crashing, 0, messages).catch(() => undefined)
      isDead = fault.isDead
      const after = new TimelineDatabase({ kv })
      const counts = await after.channels(COMMUNITY)
      const count = counts.reduce((sum, { messageCount }) => sum + messageCount, 0)
      expect([20, 40]).toContain(count)
      await readWeek(after, 0, messages)
      const rows = await Promise.all(
        [0, 1, 2].map((channel) =>
          after.timeline(COMMUNITY, { channelId: channelOf(channel), anchor: { kind: 'newest' }, limit: 50 }),
        ),
      )
      expect(rows.flatMap((page) => page.rows)).toHaveLength(40)
    }
  })
})

function deedOf(
  deed: { kind: string; clockMs: number; target: number; author: number; value: number },
  number: number,
): OpenedMessage {
  const base = { number, clockMs: deed.clockMs, target: idOf(deed.target), author: deed.author }
  if (deed.kind === 'edit') return editOf({ ...base, text: `word edit ${deed.value}` })
  if (deed.kind === 'delete') return deletionOf(base)
  if (deed.kind === 'pin') return pinOf({ ...base, isPinned: deed.value > 1 })
  return reactionOf({ ...base, type: deed.value, isRetracted: deed.clockMs % 2 === 0 })
}

/** Steps 0, 1, 2 are archives, 3 is what came live: everything. */
async function shown(placed: readonly Placed[], order: readonly number[]): Promise<unknown> {
  const timelines = new TimelineDatabase({ kv: new MemoryKv() })
  await timelines.start()
  for (const step of order) {
    if (step === 3)
      await timelines.addLive(
        COMMUNITY,
        placed.map(({ message }) => message),
        { delivery: 'live' },
      )
    else
      await readWeek(
        timelines,
        step,
        placed.filter(({ archives }) => archives.includes(step)).map(({ message }) => message),
      )
  }
  const query = { channelId: channelOf(0), anchor: { kind: 'newest' }, limit: 50 } as const
  const { rows } = await timelines.timeline(COMMUNITY, query)
  const pinned = await timelines.pinned(COMMUNITY, channelOf(0))
  const { hits } = await timelines.search(COMMUNITY, { text: 'edit', limit: 50 })
  return { rows, pinned: pinned.map(({ id }) => id), hits: hits.map(({ messageId }) => messageId) }
}

async function readWeek(timelines: TimelineDatabase, week: number, messages: readonly OpenedMessage[]): Promise<void> {
  const archive = { archiveId: archiveIdOf(week), fromMs: START_MS, toMs: START_MS + WEEK_MS }
  await timelines.start()
  const ingest = await timelines.beginArchive(COMMUNITY, archive)
  await ingest?.add(messages)
  await ingest?.commit()
}
