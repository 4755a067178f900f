/** What stands between the head of a community and its timeline, while there is something to be done. */
import type { ComponentChildren } from 'preact'
import type { CommunityView } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { ErrorBox } from '../components/error-box.tsx'
import { Icon } from '../components/icon.tsx'
import { countOf } from '../format/bytes.ts'
import type { Panel } from '../state/route.ts'
import { isUnpublished, wordsOfFollow } from './community-words.ts'

export function CommunityNotes({ community }: { community: CommunityView }) {
  const panel = useApp().router.route.value.community?.panel
  const { isOwner, isEncrypted, isKeyLocked, isKeySaved, missingKeyIds, follow, publish, channels } = community
  return (
    <>
      {isOwner && !isKeySaved ? (
        <Note words="Save the key of this community. Without it nobody can publish here again, not even you.">
          <PanelLink panel="keys" words="Save the key" />
        </Note>
      ) : null}
      {isOwner && isKeyLocked ? (
        <Note words="The key of this community is locked, so nothing is published.">
          <PanelLink panel="keys" words="Unlock" />
        </Note>
      ) : null}
      {missingKeyIds.length === 0 ? null : (
        <Note
          words={
            isEncrypted
              ? `This community is encrypted: ${countOf(missingKeyIds.length, 'key')} missing here. Ask its owner or a member, and add it.`
              : `Some of the history is encrypted: ${countOf(missingKeyIds.length, 'key')} missing. The rest is shown.`
          }
        >
          <PanelLink panel="keys" words="Add a key" />
        </Note>
      )}
      {publish.state === 'failed' && panel !== 'publish' ? (
        <ErrorBox error={publish.error} title="The history was not published">
          <PublishAgain community={community} />
        </ErrorBox>
      ) : null}
      {channels.length === 0 ? null : <FollowNote community={community} key={follow.state} />}
    </>
  )
}

function FollowNote({ community }: { community: CommunityView }) {
  const { actions } = useApp().history
  const { follow } = community
  if (follow.state === 'failed') {
    return (
      <ErrorBox error={follow.error} title="The history could not be fetched">
        <button type="button" class="button" onClick={() => void actions.retry(community)}>
          <Icon name="retry" />
          Try again
        </button>
      </ErrorBox>
    )
  }
  const { reason } = wordsOfFollow(follow, Date.now())
  if (follow.state === 'paused') {
    return (
      <Note words={reason} isPlain>
        <button type="button" class="button" onClick={() => void actions.setPaused(community, false)}>
          <Icon name="resume" />
          Resume
        </button>
      </Note>
    )
  }
  // Of what an owner has not published, nobody else can know.
  if (isUnpublished(community)) return null
  // A missing key has a note of its own, and being offline is said by the node.
  if (follow.state !== 'waiting' || follow.reason === 'missing-key' || follow.reason === 'offline') return null
  return (
    <Note words={reason}>
      <button type="button" class="button" onClick={() => void actions.retry(community)}>
        <Icon name="retry" />
        Look again now
      </button>
    </Note>
  )
}

function Note({ words, isPlain = false, children }: { words: string; isPlain?: boolean; children: ComponentChildren }) {
  return (
    <div class={isPlain ? 'note' : 'note note-waiting'}>
      <p>{words}</p>
      {children}
    </div>
  )
}

function PanelLink({ panel, words }: { panel: Panel; words: string }) {
  const { router } = useApp()
  const { community } = router.route.value
  if (community === undefined || community.panel === panel) return null
  return (
    <button type="button" class="button" onClick={() => router.showCommunity({ ...community, panel })}>
      {words}
    </button>
  )
}

function PublishAgain({ community }: { community: CommunityView }) {
  const { actions } = useApp().history
  return (
    <button type="button" class="button" onClick={() => void actions.publish(community)}>
      <Icon name="retry" />
      Try again
    </button>
  )
}
