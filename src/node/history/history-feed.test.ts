import { describe, expect, it, onTestFinished } from 'vitest'
import type { CommunityId } from '../../history/ids.ts'
import { HistoryFeed } from './history-feed.ts'
import type { HistoryChange } from './history-views.ts'

const ID = `0x02${'ab'.repeat(32)}` as CommunityId

function feedOf() {
  const feed = new HistoryFeed({
    communities: async () => [],
    person: async () => undefined,
    imports: () => [],
    log: () => undefined,
  })
  const told: HistoryChange[] = []
  feed.watch((change) => void (change.type === 'touched' && told.push(change)))
  onTestFinished(() => feed.stop())
  return { feed, told, spans: () => told.map((change) => change.type === 'touched' && [change.fromMs, change.toMs]) }
}

describe('HistoryFeed', () => {
  it('tells at once of messages that can be read, however lately it told of progress', () => {
    const { feed, spans } = feedOf()
    feed.touchGaps({ communityId: ID, fromMs: 0, toMs: 10 })
    feed.touchGaps({ communityId: ID, fromMs: 1, toMs: 11 })
    expect(spans()).toEqual([[0, 10]])
    feed.touch({ communityId: ID, fromMs: 2, toMs: 12 })
    expect(spans()).toEqual([
      [0, 10],
      [2, 12],
    ])
  })

  it('tells once of what is touched several times within a moment, as one span', async () => {
    const { feed, told, spans } = feedOf()
    feed.touch({ communityId: ID, fromMs: 5, toMs: 6 })
    const isTold = Promise.withResolvers<void>()
    feed.watch((change) => void (change.type === 'touched' && isTold.resolve()))
    feed.touch({ communityId: ID, channelIds: [], fromMs: 20, toMs: 30 })
    feed.touch({ communityId: ID, fromMs: 10, toMs: 25 })
    await isTold.promise
    expect(spans()).toEqual([
      [5, 6],
      [10, 30],
    ])
    expect(told.at(-1)).toMatchObject({ channelIds: undefined })
  })
})
