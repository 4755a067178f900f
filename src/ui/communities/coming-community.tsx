import type { CommunityView } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { Icon, Mark } from '../components/icon.tsx'
import { wordsOfFollow } from './community-words.ts'

/** A community of which not even the channels are known yet. */
export function ComingCommunity({ community }: { community: CommunityView }) {
  const { actions } = useApp().history
  const { follow } = community
  const { text, reason } = wordsOfFollow(follow, Date.now())
  const isBusy = follow.state === 'looking' || follow.state === 'fetching-index' || follow.state === 'fetching'
  return (
    <section class="empty" aria-labelledby="coming-title">
      <Mark />
      <h2 id="coming-title">{text}</h2>
      <p>{reason}</p>
      {isBusy ? (
        <progress class="progress coming-progress" aria-label={text} />
      ) : (
        <div class="button-row button-row-large">
          <button type="button" class="button button-primary" onClick={() => void actions.retry(community)}>
            <Icon name="retry" />
            Look again now
          </button>
        </div>
      )}
    </section>
  )
}
