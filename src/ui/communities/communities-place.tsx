/** The communities of this device, or the one that is chosen; loaded when the place is first shown. */
import { useApp } from '../app-context.ts'
import { ErrorBox } from '../components/error-box.tsx'
import { NoticeList } from '../files/notice-list.tsx'
import { CommunityList } from './community-list.tsx'
import { CommunityPage } from './community-page.tsx'
import { CreateCommunity } from './create-community.tsx'
import { EmptyCommunities } from './empty-communities.tsx'
import { FollowBox } from './follow-box.tsx'
import { ImportKey } from './import-key.tsx'
import { LeaveCommunity } from './leave-community.tsx'
import { PersonCard } from './person-card.tsx'
import { TotalQuota } from './total-quota.tsx'
import { UnknownCommunity } from './unknown-community.tsx'
import './communities.css'

export { CommunitySide } from './community-side.tsx'

export function CommunitiesPlace() {
  const { history, router } = useApp()
  const chosen = history.chosen.value
  return (
    <>
      {chosen === undefined ? <Overview named={router.route.value.community?.id} /> : null}
      {chosen === undefined ? null : <CommunityPage key={chosen.id} community={chosen} />}
      <CreateCommunity />
      <LeaveCommunity />
    </>
  )
}

function Overview({ named }: { named: string | undefined }) {
  const { history } = useApp()
  const communities = history.communities.value
  const failure = history.failure.value
  if (failure !== undefined) return <ErrorBox error={failure} title="Communities could not be opened" />
  if (communities === undefined) return <progress class="progress" aria-label="Opening the communities" />
  if (named !== undefined) return <UnknownCommunity id={named} />
  return (
    <>
      <div class="files-bar">
        <FollowBox />
        {communities.length === 0 ? null : (
          <div class="button-row">
            <button type="button" class="button button-primary" onClick={() => history.create()}>
              Create a community
            </button>
          </div>
        )}
      </div>
      <NoticeList />
      {communities.length === 0 ? <EmptyCommunities /> : <CommunityList communities={communities} />}
      <PersonCard />
      <ImportKey />
      {communities.length === 0 ? null : <TotalQuota communities={communities} />}
    </>
  )
}
