import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HistoryKv } from '../../store/history-kv.ts'
import { WEEK_MS } from '../clock.ts'
import type { OpenedMessage } from '../message/opened-message.ts'
import { TimelineDatabase } from './timeline-database.ts'
import { readWeek } from './testing/read-week.ts'
import {
  COMMUNITY,
  START_MS,
  archiveIdOf,
  authorOf,
  channelOf,
  chatOf,
  deletionOf,
  editOf,
  idOf,
  pinOf,
  reactionOf,
} from './testing/sample-messages.ts'
import type { TimelineAnchor, TimelineContext, TimelineMessage, TimelinePage } from './types.ts'

export interface TimelineHarness {
  create(): Promise<{ kv: HistoryKv; remove(): Promise<void> }>
}

/** What a community’s messages must do over every driver. */
export function describeTimeline(harness: TimelineHarness): void {
  describe('timeline database', () => {
    let backing: Awaited<ReturnType<TimelineHarness['create']>>
    let timelines: TimelineDatabase
    beforeEach(async () => {
      backing = await harness.create()
      timelines = new TimelineDatabase(backing)
      await timelines.start()
    })
    afterEach(async () => {
      await timelines.stop()
      await backing.remove()
    })

    const read = (week: number, messages: readonly OpenedMessage[]): Promise<void> =>
      readWeek(timelines, week, messages)
    const page = async (
      anchor: TimelineAnchor,
      limit = 50,
      context: TimelineContext = { spans: [] },
    ): Promise<TimelinePage> => timelines.timeline(COMMUNITY, { channelId: channelOf(0), anchor, limit }, context)
    const texts = ({ rows }: TimelinePage): string[] =>
      rows.map((row) => (row.kind === 'gap' ? `gap ${row.reason}` : row.text))
    const onlyRow = async (): Promise<TimelineMessage> => {
      const [row] = (await page({ kind: 'newest' })).rows
      if (row?.kind !== 'message') throw new Error('No message.')
      return row
    }

    it('scrolls through overlapping archives and live messages, each message once, to both ends', async () => {
      const all = Array.from({ length: 700 }, (_, i) => chatOf({ number: i, clockMs: START_MS + i * 1000 }))
      await read(0, all.slice(0, 400))
      await read(1, all.slice(300, 600))
      await timelines.addLive(COMMUNITY, all.slice(550), { delivery: 'live' })
      const seen: string[] = []
      let next: TimelinePage = await page({ kind: 'newest' }, 33)
      expect(next.newerCursor).toBeUndefined()
      for (;;) {
        seen.unshift(...texts(next))
        if (next.olderCursor === undefined) break
        next = await page({ kind: 'before', cursor: next.olderCursor }, 33)
      }
      const wanted = all.map((_, i) => `message ${i}`)
      expect(seen).toEqual(wanted)
      const down: string[] = texts(next)
      while (next.newerCursor !== undefined) {
        next = await page({ kind: 'after', cursor: next.newerCursor }, 70)
        down.push(...texts(next))
      }
      expect(down).toEqual(wanted)
    })

    it('applies edits of the author, deletions of who may, reactions and pins, whichever archive they are in', async () => {
      await read(3, [
        editOf({ number: 10, clockMs: START_MS + 5, target: idOf(1), text: 'not mine', author: 2 }),
        editOf({ number: 11, clockMs: START_MS + 7, target: idOf(1), text: 'second' }),
        deletionOf({ number: 12, clockMs: START_MS + 9, target: idOf(1), author: 2 }),
      ])
      await timelines.addLive(
        COMMUNITY,
        [
          reactionOf({ number: 20, clockMs: START_MS + 8, target: idOf(1), type: 2, author: 3 }),
          reactionOf({ number: 21, clockMs: START_MS + 8, target: idOf(1), type: 2, author: 4 }),
          reactionOf({ number: 22, clockMs: START_MS + 9, target: idOf(1), type: 2, author: 4, isRetracted: true }),
          pinOf({ number: 23, clockMs: START_MS + 8, target: idOf(1), isPinned: true }),
        ],
        { delivery: 'live' },
      )
      await read(0, [
        chatOf({ number: 1, clockMs: START_MS }),
        editOf({ number: 13, clockMs: START_MS + 6, target: idOf(1), text: 'first' }),
        reactionOf({ number: 24, clockMs: START_MS + 3, target: idOf(1), type: 1, author: 5 }),
      ])
      expect(await onlyRow()).toMatchObject({
        text: 'second',
        isEdited: true,
        isDeleted: false,
        isPinned: true,
        reactions: [
          { type: 1, count: 1 },
          { type: 2, count: 1, emoji: '👍' },
        ],
      })
      expect((await timelines.pinned(COMMUNITY, channelOf(0))).map(({ id }) => id)).toEqual([idOf(1)])
      await timelines.addLive(
        COMMUNITY,
        [deletionOf({ number: 30, clockMs: START_MS + 9, target: idOf(1), author: -1 })],
        {
          delivery: 'live',
        },
      )
      expect(await onlyRow()).toMatchObject({ text: '', isDeleted: true, isPinned: false, reactions: [] })
    })

    it('lets an archive take the place of live messages, and keeps those that it lacks', async () => {
      const all = Array.from({ length: 300 }, (_, i) => chatOf({ number: i, clockMs: START_MS + i }))
      await timelines.addLive(COMMUNITY, all, { delivery: 'sending' })
      await timelines.setDelivery(COMMUNITY, [idOf(299)], 'live')
      await read(0, all.slice(0, 298))
      const rows = (await page({ kind: 'newest' }, 4)).rows
      expect(rows.map((row) => row.kind === 'message' && row.delivery)).toEqual([
        'archived',
        'archived',
        'sending',
        'live',
      ])
      expect(await timelines.channels(COMMUNITY)).toMatchObject([{ messageCount: 300, newestAtMs: START_MS + 299 }])
      await timelines.removeArchive(COMMUNITY, archiveIdOf(0))
      expect(texts(await page({ kind: 'newest' }))).toEqual(['message 298', 'message 299'])
    })

    it('shows replies with what they answer as it reads now, also across archives', async () => {
      await read(1, [
        chatOf({ number: 2, clockMs: START_MS + WEEK_MS, replyTo: idOf(1) }),
        chatOf({ number: 3, clockMs: START_MS + WEEK_MS + 1, replyTo: idOf(2) }),
        chatOf({ number: 4, clockMs: START_MS + WEEK_MS + 2, replyTo: idOf(99) }),
      ])
      const replies = async () =>
        (await page({ kind: 'newest' })).rows.flatMap((row) => (row.kind === 'message' ? [row.replyTo] : []))
      expect((await replies()).at(0)).toEqual({ messageId: idOf(1) })
      await read(0, [chatOf({ number: 1, clockMs: START_MS, text: 'the question', author: 7 })])
      expect(await replies()).toEqual([
        undefined,
        { messageId: idOf(1), authorName: 'author 7', text: 'the question' },
        { messageId: idOf(2), authorName: 'author 0', text: 'message 2' },
        { messageId: idOf(99) },
      ])
      await timelines.addLive(
        COMMUNITY,
        [editOf({ number: 50, clockMs: START_MS + 1, target: idOf(2), text: 'changed' })],
        {
          delivery: 'live',
        },
      )
      expect((await replies()).at(2)).toMatchObject({ text: 'changed' })
    })

    it('places gaps among the rows, joined where nothing held is between them', async () => {
      const spans = [0, 1, 2, 3].map((week) => ({
        fromMs: START_MS + week * WEEK_MS,
        toMs: START_MS + (week + 1) * WEEK_MS,
        state: week === 2 ? ('held' as const) : week === 3 ? ('fetching' as const) : ('known' as const),
      }))
      await read(2, [chatOf({ number: 1, clockMs: START_MS + 2 * WEEK_MS + 5 })])
      const newest = await page({ kind: 'newest' }, 50, { spans })
      expect(texts(newest)).toEqual(['gap not-fetched', 'message 1', 'gap fetching'])
      expect(newest.rows[0]).toMatchObject({ archiveCount: 2, fromMs: START_MS, toMs: START_MS + 2 * WEEK_MS })
      const jump = await page({ kind: 'time', atMs: START_MS + WEEK_MS }, 2, { spans })
      expect(texts(jump)).toEqual(['gap not-fetched', 'message 1'])
      expect(jump.olderCursor).toBeUndefined()
      const older = await page({ kind: 'before', cursor: newest.newerCursor ?? `${START_MS + 3 * WEEK_MS}:` }, 1, {
        spans,
      })
      expect(texts(older)).toEqual(['message 1'])
    })

    it('opens around a message, by its whole id or by its first digits and time', async () => {
      const all = Array.from({ length: 300 }, (_, i) => chatOf({ number: i, clockMs: START_MS + i * 10 }))
      await read(0, all)
      const around = await page({ kind: 'message', messageId: idOf(150) }, 5)
      expect(around).toMatchObject({ isFound: true, foundId: idOf(150) })
      expect(texts(around)).toEqual([148, 149, 150, 151, 152].map((i) => `message ${i}`))
      const short = await page({ kind: 'message', messageId: idOf(150).slice(0, 10), atMs: START_MS + 1500 }, 5)
      expect(short.foundId).toBe(idOf(150))
      const missing = await page({ kind: 'message', messageId: idOf(999), atMs: START_MS + 20 }, 4)
      expect(missing.isFound).toBe(false)
      expect(texts(missing)).toEqual([0, 1, 2, 3].map((i) => `message ${i}`))
      expect(await timelines.location(COMMUNITY, idOf(7))).toMatchObject({
        channelId: channelOf(0),
        atMs: START_MS + 70,
      })
    })

    it('keeps images of an album as one row, and gives their bytes back', async () => {
      const image = (number: number): OpenedMessage =>
        chatOf({
          number,
          clockMs: START_MS + number,
          text: number === 1 ? 'look' : '',
          more: {
            contentType: 7,
            image: {
              payload: Uint8Array.of(number, 2, 3),
              format: 1,
              albumId: 'a',
              width: 4,
              height: 5,
              albumImagesCount: 2,
            },
          },
        })
      await timelines.addLive(COMMUNITY, [image(1), image(2)], { delivery: 'live' })
      await read(0, [image(2), image(1)])
      const row = await onlyRow()
      expect(row).toMatchObject({ text: 'look', attachments: [{ index: 0, isHere: true, width: 4 }, { index: 1 }] })
      const second = await timelines.attachment(COMMUNITY, row.id, 1)
      expect(second).toMatchObject({ mediaType: 'image/png', bytes: Uint8Array.of(2, 2, 3) })
      await expect(timelines.attachment(COMMUNITY, row.id, 2)).rejects.toMatchObject({ code: 'ERR_MESSAGE_NOT_FOUND' })
    })

    it('is the same after a restart, and nothing of an archive that was not finished is left', async () => {
      await read(0, [
        chatOf({ number: 1, clockMs: START_MS }),
        reactionOf({ number: 2, clockMs: START_MS, target: idOf(1), type: 3 }),
      ])
      await timelines.addLive(COMMUNITY, [chatOf({ number: 3, clockMs: START_MS + 1 })], { delivery: 'live' })
      const half = await timelines.beginArchive(COMMUNITY, { archiveId: archiveIdOf(5), fromMs: 0, toMs: 1 })
      const big = { payload: new Uint8Array(2 << 20), format: 1, albumId: '', width: 1, height: 1, albumImagesCount: 0 }
      const images = [20, 21].map((number) =>
        chatOf({ number, clockMs: START_MS + 9, more: { contentType: 7, image: big } }),
      )
      await half?.add(images)
      await half?.show()
      expect(texts(await page({ kind: 'newest' }))).toHaveLength(4)
      const before = await page({ kind: 'newest' }, 2)
      half?.discard()
      expect(before.rows).toHaveLength(2)
      const shown = await page({ kind: 'newest' })
      await timelines.stop()
      timelines = new TimelineDatabase(backing)
      await timelines.start()
      expect(await page({ kind: 'newest' })).toEqual(shown)
      const blobs = await backing.kv.read((tx) =>
        tx.keys('blobs', { start: new Uint8Array(), end: Uint8Array.of(0xff) }),
      )
      expect(blobs).toHaveLength(0)
      await timelines.removeCommunity(COMMUNITY)
      expect((await page({ kind: 'newest' })).rows).toEqual([])
    })

    it('counts days and names those who reacted', async () => {
      const self = authorOf(2)
      await read(0, [
        chatOf({ number: 1, clockMs: START_MS, author: 1 }),
        chatOf({ number: 2, clockMs: START_MS + WEEK_MS - 1, author: 2, channel: 1 }),
        reactionOf({ number: 3, clockMs: START_MS, target: idOf(1), type: 1, author: 2 }),
      ])
      const first = Math.floor(START_MS / 86_400_000)
      const activity = await timelines.activity(COMMUNITY)
      expect(activity.days).toEqual([
        { day: first, count: 1 },
        { day: Math.floor((START_MS + WEEK_MS - 1) / 86_400_000), count: 1 },
      ])
      expect((await timelines.activity(COMMUNITY, { channelId: channelOf(1) })).days).toHaveLength(1)
      const { rows } = await page({ kind: 'newest' }, 5, { spans: [], self })
      expect(rows[0]).toMatchObject({ isOwn: false, reactions: [{ isOwn: true, names: ['author 2'] }] })
    })
  })
}
