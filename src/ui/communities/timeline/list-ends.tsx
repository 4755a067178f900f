/** What stands above the first row and below the last: more to come, the beginning, nothing yet, a failure. */
import { ErrorBox } from '../../components/error-box.tsx'
import type { CommunityView } from '../../../rpc/history-api.ts'
import { isUnpublished } from '../community-words.ts'
import { useScope } from './timeline-scope.ts'

export function ListStart({ channelName }: { channelName: string }) {
  const { model, community } = useScope()
  const { state, window, isNotFound } = model.shown.value
  const failure = model.failure.value
  const isEmpty = window.rows.length === 0
  if (failure !== undefined && isEmpty) return null
  if (state === 'opening') return <Skeleton />
  return (
    <>
      {model.hasOlder ? (
        <p class="list-more quiet" aria-hidden="true">
          Older messages…
        </p>
      ) : (
        <div class="list-beginning">
          <p class="list-beginning-title" dir="auto">
            {isEmpty ? `Nothing in ${channelName} yet` : `The beginning of ${channelName}`}
          </p>
          <p class="quiet">{isEmpty ? emptyWords(community.value) : 'Nothing older is published.'}</p>
        </div>
      )}
      {isNotFound ? (
        <output class="list-note">
          The message that the link names is not on this device yet. Here is what is held around its time.
        </output>
      ) : null}
    </>
  )
}

export function ListEnd() {
  const { model } = useScope()
  const failure = model.failure.value
  if (failure !== undefined) {
    return (
      <div class="list-failure">
        <ErrorBox error={failure} title="The messages could not be read">
          <button type="button" class="button" onClick={() => void model.retry()}>
            Try again
          </button>
        </ErrorBox>
      </div>
    )
  }
  return model.hasNewer ? (
    <p class="list-more quiet" aria-hidden="true">
      Newer messages…
    </p>
  ) : null
}

/** Rows of the usual sizes, so that nothing jumps when the messages come. */
function Skeleton() {
  return (
    <div class="list-skeleton" aria-hidden="true">
      {[62, 38, 84, 51, 70, 33, 58].map((width) => (
        <div key={width} class="skeleton-row">
          <span class="skeleton-avatar" />
          <span class="skeleton-lines">
            <span class={`skeleton-line skeleton-${width % 3}`} />
            <span class={`skeleton-line skeleton-wide-${width % 4}`} />
          </span>
        </div>
      ))}
    </div>
  )
}

function emptyWords(community: CommunityView): string {
  const { follow } = community
  // Nobody else can have anything.
  if (isUnpublished(community)) return 'Be the first to write.'
  if (follow.state === 'waiting' && follow.reason === 'missing-key') {
    return 'What was written is encrypted with a key that is not on this device. Add it in the community’s details.'
  }
  switch (follow.state) {
    case 'looking':
    case 'fetching-index':
    case 'fetching':
      return 'The history is being looked for. It appears here as it arrives.'
    case 'waiting':
    case 'failed':
      return 'Nothing has arrived yet. What it waits for is told in the community’s details.'
    default:
      return 'Be the first to write.'
  }
}
