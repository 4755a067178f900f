/** Where a community stands for the person who looks: an owner waits for nobody to tell what they have not published. */
import type { CommunityView } from '../../rpc/history-api.ts'
import { isUnpublished, wordsOfFollow } from './community-words.ts'
import type { StateWords } from './community-words.ts'

export function wordsOfStanding(community: CommunityView, nowMs: number): StateWords {
  const { follow } = community
  const isLookedFor = follow.state === 'looking' || follow.state === 'nothing-published'
  const isAwaited = follow.state === 'waiting' && follow.reason === 'nobody-has-link'
  if (!isUnpublished(community) || !(isLookedFor || isAwaited)) return wordsOfFollow(follow, nowMs)
  return {
    text: 'Nothing published yet',
    tone: 'plain',
    reason:
      'You have published no history so far. New messages are passed on at once; archives are made under “Publish”.',
  }
}
