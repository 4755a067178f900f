import type { CommunityView } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { Copyable } from '../components/copyable.tsx'
import { Icon } from '../components/icon.tsx'
import { countOf, formatBytes, formatCount } from '../format/bytes.ts'
import { formatMoment } from '../format/time.ts'
import { isUnpublished, nameOf } from './community-words.ts'
import { DescribeForm } from './describe-form.tsx'
import { KeepChoices } from './keep-choices.tsx'
import { QuotaForm } from './quota-form.tsx'
import { wordsOfStanding } from './standing-words.ts'

/** How a community stands here, what is kept of it, and the way out. */
export function AboutPanel({ community }: { community: CommunityView }) {
  const { actions, leaving } = useApp().history
  const { id, description, heldBytes, quotaBytes, isOwner } = community
  return (
    <>
      <div class="about-words">
        <p class="about-name" dir="auto">
          {nameOf(community)}
        </p>
        {description === '' ? null : <p dir="auto">{description}</p>}
      </div>
      <FollowSection community={community} />
      {isOwner ? (
        <DescribeForm key={community.channels.map((channel) => channel.id).join()} community={community} />
      ) : null}
      <section class="side-part" aria-labelledby="keep-title">
        <h3 id="keep-title">What is kept here</h3>
        <p class="numbers">
          {formatBytes(heldBytes)} of at most {formatBytes(quotaBytes)}
        </p>
        <KeepChoices community={community} />
        <QuotaForm
          id="quota"
          label="At most, in gigabytes"
          quotaBytes={quotaBytes}
          onSet={(bytes) => actions.setSettings(id, { quotaBytes: bytes })}
        />
      </section>
      <Facts community={community} />
      <div class="button-row">
        <button type="button" class="button" onClick={() => (leaving.value = community)}>
          <Icon name="trash" />
          Leave this community
        </button>
      </div>
    </>
  )
}

function FollowSection({ community }: { community: CommunityView }) {
  const { actions } = useApp().history
  const { follow } = community
  const { text, tone, reason } = wordsOfStanding(community, Date.now())
  const isPaused = follow.state === 'paused'
  return (
    <section class="side-part" aria-labelledby="follow-title">
      <h3 id="follow-title" class="unseen">
        Following
      </h3>
      <p class={`sentence sentence-${tone} numbers`}>{text}</p>
      {follow.state === 'fetching' ? (
        <progress
          class="progress"
          aria-label={text}
          max={Math.max(1, follow.wantedArchives)}
          value={follow.doneArchives}
        />
      ) : null}
      {(follow.state === 'looking' && !isUnpublished(community)) || follow.state === 'fetching-index' ? (
        <progress class="progress" aria-label={text} />
      ) : null}
      <p class="quiet">{reason}</p>
      <div class="button-row">
        <button type="button" class="button" disabled={isPaused} onClick={() => void actions.retry(community)}>
          <Icon name="retry" />
          Look for news
        </button>
        <button type="button" class="button" onClick={() => void actions.setPaused(community, !isPaused)}>
          <Icon name={isPaused ? 'resume' : 'pause'} />
          {isPaused ? 'Resume' : 'Pause'}
        </button>
      </div>
    </section>
  )
}

function Facts({ community }: { community: CommunityView }) {
  const { id, channels, archiveCount, heldArchiveCount, linkClockMs, indexCid, isEncrypted } = community
  const messages = channels.reduce((sum, { messageCount }) => sum + messageCount, 0)
  return (
    <dl class="facts">
      <div>
        <dt>Messages</dt>
        <dd class="numbers">
          {formatCount(messages)} in {countOf(channels.length, 'channel')}
        </dd>
      </div>
      <div>
        <dt>Archives</dt>
        <dd class="numbers">
          {formatCount(heldArchiveCount)} of {formatCount(archiveCount)} here
        </dd>
      </div>
      {linkClockMs === undefined ? null : (
        <div>
          <dt>Newest link</dt>
          <dd class="numbers">Signed by the owner on {formatMoment(linkClockMs)}</dd>
        </div>
      )}
      {isEncrypted ? (
        <div>
          <dt>Encrypted</dt>
          <dd>Only those who have its key can read it</dd>
        </div>
      ) : null}
      <div>
        <dt>Id</dt>
        <dd>
          <Copyable text={id} label="Community id" />
        </dd>
      </div>
      {indexCid === undefined ? null : (
        <div>
          <dt>Index</dt>
          <dd>
            <Copyable text={indexCid} label="Index CID" />
          </dd>
        </div>
      )}
    </dl>
  )
}
