import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { CommunityView } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { ShareLink } from '../components/share-link.tsx'
import { nameOf } from './community-words.ts'

/** The link that leads others to a community, and when it works. */
export function ShareCommunity({ community }: { community: CommunityView }) {
  const { snapshot } = useApp()
  const isReachable = snapshot.value.status?.reachability.state === 'reachable'
  const link = useShareLink(community)
  if (link === undefined) return <progress class="progress" aria-label="Making the link" />
  return (
    <>
      <ShareLink link={link} title={nameOf(community)} />
      <p>{sharingWords(community, isReachable)}</p>
      <p class="quiet">
        It holds the community’s id, ways to reach those who have the history, and the newest link that the owner
        signed. The id alone is enough where somebody who knows the community is online.
      </p>
    </>
  )
}

/** The link as it is now; made anew when this device’s addresses or the owner’s newest link change. */
function useShareLink({ id, linkClockMs }: CommunityView): string | undefined {
  const { history, snapshot } = useApp()
  const link = useSignal<string | undefined>(undefined)
  const addresses = snapshot.value.status?.addresses.join(' ')
  useEffect(() => {
    let isCurrent = true
    void history.actions.shareLink(id).then((made) => {
      if (isCurrent) link.value = made
    })
    return () => {
      isCurrent = false
    }
  }, [id, linkClockMs, addresses, history, link])
  return link.value
}

function sharingWords({ isEncrypted, heldArchiveCount }: CommunityView, isReachable: boolean): string {
  const who = isEncrypted
    ? 'Whoever opens it sees that the community is there; to read it, they need its key, too.'
    : 'Whoever opens it can read the community and helps to keep its history.'
  if (!isReachable) return `${who} Others cannot reach this browser now; until they can, they need another member.`
  return heldArchiveCount === 0
    ? `${who} It works while this page is open here.`
    : `${who} It works while any member is online.`
}
