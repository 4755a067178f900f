import type { CommunityId } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { Copyable } from '../components/copyable.tsx'
import { FieldError } from '../components/field-error.tsx'
import { Mark } from '../components/icon.tsx'
import { NoticeList } from '../files/notice-list.tsx'

/** The address names a community that is not followed here: left, or not yet begun. */
export function UnknownCommunity({ id }: { id: CommunityId }) {
  const { history, router } = useApp()
  const { actions } = history
  const isBusy = actions.isFollowing
  const follow = () => void actions.followHere(id)
  return (
    <>
      <NoticeList />
      <section class="empty" aria-labelledby="unknown-title">
        <Mark />
        <h2 id="unknown-title">{isBusy ? 'Opening the community' : 'You do not follow this community'}</h2>
        <Copyable text={id} label="Community id" />
        {isBusy ? <progress class="progress coming-progress" aria-label="Opening the community" /> : null}
        <p>Following it fetches its history from those who have it, and helps to keep it.</p>
        <div class="button-row button-row-large">
          <button type="button" class="button button-primary" disabled={isBusy} onClick={follow}>
            Follow
          </button>
          <button type="button" class="button" onClick={() => router.showCommunity(undefined)}>
            All communities
          </button>
        </div>
        <FieldError id="unknown-error" error={actions.followError.value} />
      </section>
    </>
  )
}
