import { describe, expect, it } from 'vitest'
import type { CommunityView, FollowState } from '../../rpc/history-api.ts'
import { FakeCommunity } from '../testing/fake-history-community.ts'
import { wordsOfFollow } from './community-words.ts'
import { wordsOfStanding } from './standing-words.ts'

const NOW_MS = Date.UTC(2026, 7, 20)
const AWAITED: readonly FollowState[] = [
  { state: 'looking', askedPeers: 2 },
  { state: 'nothing-published' },
  { state: 'waiting', reason: 'nobody-has-link' },
]

/** Of somebody who has published nothing. */
function standing(follow: FollowState, more: Partial<CommunityView> = {}) {
  const { linkClockMs: _published, ...view } = new FakeCommunity({ messageCount: 0, weeks: 0 }).view
  return wordsOfStanding({ ...view, isOwner: true, follow, ...more }, NOW_MS)
}

describe('the words of where a community stands', () => {
  it.each(AWAITED)('tell an owner who has published nothing how to, and not of waiting for others: %j', (follow) => {
    const words = standing(follow)
    expect(words).toMatchObject({ text: 'Nothing published yet', tone: 'plain' })
    expect(words.reason).toContain('“Publish”')
  })

  it.each(AWAITED)('are those of following for a member, and for an owner who has published: %j', (follow) => {
    expect(standing(follow, { isOwner: false })).toEqual(wordsOfFollow(follow, NOW_MS))
    expect(standing(follow, { linkClockMs: NOW_MS })).toEqual(wordsOfFollow(follow, NOW_MS))
  })

  it.each([
    { state: 'paused' },
    { state: 'waiting', reason: 'offline' },
    { state: 'waiting', reason: 'missing-key' },
  ] as const satisfies readonly FollowState[])('keep from no owner that it is %j', (follow) => {
    expect(standing(follow)).toEqual(wordsOfFollow(follow, NOW_MS))
  })
})
