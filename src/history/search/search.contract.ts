import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WEEK_MS } from '../clock.ts'
import type { OpenedMessage } from '../message/opened-message.ts'
import { TimelineDatabase } from '../timeline/timeline-database.ts'
import type { TimelineHarness } from '../timeline/timeline.contract.ts'
import { readWeek } from '../timeline/testing/read-week.ts'
import {
  COMMUNITY,
  START_MS,
  channelOf,
  chatOf,
  deletionOf,
  editOf,
  idOf,
} from '../timeline/testing/sample-messages.ts'

/** Search over every driver. */
export function describeSearch(harness: TimelineHarness): void {
  describe('search', () => {
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

    it('finds all words in what messages say now, the newest first, by channel and time', async () => {
      await read(0, [
        chatOf({ number: 1, clockMs: START_MS, text: 'The quick brown Föx jumps' }),
        chatOf({ number: 2, clockMs: START_MS + 1, text: 'a quick question', channel: 1 }),
        chatOf({ number: 3, clockMs: START_MS + 2, text: '日本語の話' }),
      ])
      await read(1, [
        chatOf({ number: 4, clockMs: START_MS + WEEK_MS, text: 'quick again' }),
        editOf({ number: 5, clockMs: START_MS + WEEK_MS, target: idOf(1), text: 'the slow fox' }),
      ])
      await timelines.addLive(COMMUNITY, [chatOf({ number: 6, clockMs: START_MS + 2 * WEEK_MS, text: 'Quickest' })], {
        delivery: 'live',
      })
      const find = async (text: string, more: object = {}): Promise<number[]> => {
        const { hits } = await timelines.search(COMMUNITY, { text, limit: 10, ...more })
        return hits.map(({ messageId }) => [1, 2, 3, 4, 6].find((number) => idOf(number) === messageId) ?? 0)
      }
      expect(await find('quick')).toEqual([6, 4, 2])
      expect(await find('quick ag')).toEqual([4])
      expect(await find('slow FO')).toEqual([1])
      expect(await find('jumps')).toEqual([])
      expect(await find('日本')).toEqual([3])
      expect(await find('q', { channelId: channelOf(1) })).toEqual([2])
      expect(await find('quick', { beforeMs: START_MS + WEEK_MS })).toEqual([2])
      expect(await timelines.search(COMMUNITY, { text: 'quick', limit: 2 })).toMatchObject({ isMore: true })
      await timelines.addLive(COMMUNITY, [deletionOf({ number: 9, clockMs: START_MS + 5, target: idOf(2) })], {
        delivery: 'live',
      })
      expect(await find('quick')).toEqual([6, 4])
    })

    it('gives the newest of many archives, and goes on from where a page of hits ends', async () => {
      for (let week = 0; week < 30; week++) {
        const clocks = [0, 1, 2].map((i) => START_MS + week * WEEK_MS + i * 1000)
        await read(
          week,
          clocks.map((clockMs, i) =>
            chatOf({ number: 10 * week + i, clockMs, text: `tide table ${week}`, channel: i }),
          ),
        )
      }
      const seen: number[] = []
      let beforeMs: number | undefined
      for (let isMore = true; isMore;) {
        const result = await timelines.search(COMMUNITY, { text: 'table tide', limit: 20, beforeMs })
        seen.push(...result.hits.map(({ atMs }) => atMs))
        beforeMs = seen.at(-1)
        isMore = result.isMore
      }
      expect(seen).toHaveLength(90)
      expect(seen).toEqual(seen.toSorted((a, b) => b - a))
    })

    it('goes on among messages of one moment, each of them once', async () => {
      const said = (number: number) => chatOf({ number, clockMs: START_MS + WEEK_MS, text: `tide ${number}` })
      const all = Array.from({ length: 50 }, (_, number) => said(number))
      await read(0, all.slice(0, 30))
      await read(1, all.slice(20, 45))
      await timelines.addLive(COMMUNITY, all.slice(40), { delivery: 'live' })
      const seen: string[] = []
      let after = {}
      for (let isMore = true; isMore;) {
        const result = await timelines.search(COMMUNITY, { text: 'tide', limit: 7, ...after })
        const last = result.hits.at(-1)
        after = { beforeMs: last?.atMs, beforeId: last?.messageId }
        seen.push(...result.hits.map(({ messageId }) => messageId))
        isMore = result.isMore
      }
      expect(seen).toEqual(
        all
          .map(({ id }) => id)
          .toSorted()
          .toReversed(),
      )
    })
  })
}
