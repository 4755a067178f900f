import type { SpaceView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { countOf, formatBytes } from '../format/bytes.ts'
import { PROMISE_WORDS } from '../state/space-actions.ts'
import { GoneList } from './gone-list.tsx'
import { SpaceBar } from './space-bar.tsx'

/** Below this share of the quota free, the page warns. */
const LITTLE_FREE = 0.1

export function StorageSection() {
  const space = useApp().snapshot.value.space
  return (
    <section class="card" aria-labelledby="storage-title">
      <h2 id="storage-title">Storage</h2>
      {space === undefined ? <p class="quiet">Being measured.</p> : <Space space={space} />}
      <Persistence />
      <GoneList />
    </section>
  )
}

function Space({ space }: { space: SpaceView }) {
  const { usedBytes, freeBytes, blockCount } = space
  const isTight = freeBytes < (usedBytes + freeBytes) * LITTLE_FREE
  return (
    <>
      <p class="numbers">
        {formatBytes(usedBytes)} used in {countOf(blockCount, 'block')}, {formatBytes(freeBytes)} free
      </p>
      <SpaceBar space={space} />
      <p class={isTight ? 'sentence-waiting' : 'quiet'}>
        {isTight
          ? 'Little space is left. Delete files that you no longer need, or free space on this device. What is not pinned goes by itself, what is pinned stays.'
          : `The browser lets this site use ${formatBytes(space.quotaBytes)} of this device; the amount follows the free space of the disk.`}
      </p>
    </>
  )
}

/** The browser’s promise to keep this origin’s storage, and Safari’s rule that no promise changes. */
function Persistence() {
  const { space, services } = useApp().device
  const promised = space.promised.value
  const { forgetsAfterDays } = services
  return (
    <div class="persistence">
      {promised === 'unknown' ? null : <p>{PROMISE_WORDS[promised]}</p>}
      {promised === 'no' || promised === 'refused' ? (
        <button type="button" class="button" onClick={() => void space.askForPromise()}>
          {promised === 'no' ? 'Ask the browser to keep my files' : 'Ask again'}
        </button>
      ) : null}
      {forgetsAfterDays === undefined ? null : (
        <p class="sentence-waiting">
          Safari removes what this site has stored after {forgetsAfterDays} days of use in which you did not open it,
          unless it is installed. Install it (below), or make backups.
        </p>
      )}
    </div>
  )
}
