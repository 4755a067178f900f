import { useSignal } from '@preact/signals'
import type { ErrorView } from '../../rpc/api.ts'
import type { CommunityView } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { ErrorBox } from '../components/error-box.tsx'
import { FieldError } from '../components/field-error.tsx'
import { Icon } from '../components/icon.tsx'
import { wordsOfPublish } from './community-words.ts'
import { UnlockForm } from './unlock-form.tsx'

/** Owners: what is published, what comes next, and how. */
export function PublishPanel({ community }: { community: CommunityView }) {
  const { id, isKeyLocked } = community
  return (
    <>
      <p>
        Publishing packs what was written into archives, one for each span of days, and signs a link to them. Members
        fetch them from each other, also when you are away.
      </p>
      {isKeyLocked ? <UnlockForm what={id} words="The key of this community is locked. Unlock it to publish." /> : null}
      <PublishState community={community} />
      <section class="side-part" aria-labelledby="publish-settings-title">
        <h3 id="publish-settings-title">Settings</h3>
        <PartitionForm community={community} />
        <SearchSwitch community={community} />
      </section>
    </>
  )
}

function PublishState({ community }: { community: CommunityView }) {
  const { actions } = useApp().history
  const { id, publish, isKeyLocked } = community
  if (publish.state === 'failed') {
    return (
      <ErrorBox error={publish.error} title="Publishing stopped. What was done is kept.">
        <PublishButton community={community} words="Try again" />
      </ErrorBox>
    )
  }
  const { text, tone } = wordsOfPublish(publish, Date.now())
  if (publish.state === 'idle') {
    return (
      <section class="side-part" aria-labelledby="publish-state-title">
        <h3 id="publish-state-title" class="unseen">
          State
        </h3>
        <p class={`sentence sentence-${tone} numbers`}>{text}</p>
        <div class="button-row">
          <PublishButton community={community} words="Publish now" isDisabled={isKeyLocked} />
          {publish.lastPublishedAtMs === undefined ? null : <ShareButton />}
        </div>
      </section>
    )
  }
  return (
    <section class="side-part" aria-labelledby="publish-state-title">
      <h3 id="publish-state-title" class="unseen">
        State
      </h3>
      <p class="sentence numbers">{text}</p>
      <progress
        class="progress"
        aria-label={text}
        max={Math.max(1, publish.totalArchives)}
        value={publish.doneArchives}
      />
      {actions.isPublishing(id) ? (
        <div class="button-row">
          <button type="button" class="button" onClick={() => actions.stopPublishing(id)}>
            <Icon name="stop" />
            Stop
          </button>
        </div>
      ) : (
        <p class="quiet">It runs by itself; you can go on reading.</p>
      )}
    </section>
  )
}

function PublishButton({
  community,
  words,
  isDisabled = false,
}: {
  community: CommunityView
  words: string
  isDisabled?: boolean
}) {
  const { actions } = useApp().history
  return (
    <button
      type="button"
      class="button button-primary"
      disabled={isDisabled || actions.isPublishing(community.id)}
      onClick={() => void actions.publish(community)}
    >
      <Icon name="publish" />
      {words}
    </button>
  )
}

function ShareButton() {
  const { router } = useApp()
  const { community } = router.route.value
  if (community === undefined) return null
  return (
    <button type="button" class="button" onClick={() => router.showCommunity({ ...community, panel: 'share' })}>
      <Icon name="qr" />
      Share the link
    </button>
  )
}

function PartitionForm({ community }: { community: CommunityView }) {
  const { actions } = useApp().history
  const { id, partitionDays } = community
  const edited = useSignal<string | undefined>(undefined)
  const error = useSignal<Pick<ErrorView, 'message' | 'advice'> | undefined>(undefined)
  const submit = async (event: Event) => {
    event.preventDefault()
    const days = Number(edited.peek() ?? partitionDays)
    if (!Number.isInteger(days) || days < 1 || days > 365) {
      error.value = { message: 'An archive spans 1 to 365 whole days.', advice: 'Nothing was changed.' }
      return
    }
    error.value = await actions.setSettings(id, { partitionDays: days })
    if (error.peek() === undefined) edited.value = undefined
  }
  return (
    <form class="small-form" noValidate onSubmit={(event) => void submit(event)}>
      <label class="small-field">
        <span>Days in one archive</span>
        <input
          class="field numbers"
          type="number"
          min="1"
          max="365"
          step="1"
          value={edited.value ?? String(partitionDays)}
          aria-invalid={error.value === undefined ? undefined : true}
          aria-describedby={error.value === undefined ? 'partition-note' : 'partition-error'}
          onInput={({ currentTarget }) => {
            edited.value = currentTarget.value
            error.value = undefined
          }}
        />
      </label>
      <button type="submit" class="button">
        Set
      </button>
      <FieldError id="partition-error" error={error.value} />
      <p id="partition-note" class="quiet small-note">
        Seven is what Status uses. It holds for archives that are not made yet.
      </p>
    </form>
  )
}

function SearchSwitch({ community }: { community: CommunityView }) {
  const { actions } = useApp().history
  const error = useSignal<ErrorView | undefined>(undefined)
  const { id, isSearchPublished } = community
  const set = async (isOn: boolean) => {
    error.value = await actions.setSettings(id, { isSearchPublished: isOn })
  }
  return (
    <div class="announce">
      <label class="announce-label">
        <input
          type="checkbox"
          checked={isSearchPublished}
          onChange={({ currentTarget }) => void set(currentTarget.checked)}
        />
        Publish a search index with each archive
      </label>
      <p class="quiet">Members can then search weeks that they have not fetched. It adds a little to each archive.</p>
      <FieldError id="search-switch-error" error={error.value} />
    </div>
  )
}
