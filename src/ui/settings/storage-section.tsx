import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { SpaceView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { countOf, formatBytes } from '../format/bytes.ts'

/** Below this share of the quota free, the bar is amber. */
const LITTLE_FREE = 0.1

/** The browser’s promise to keep this origin’s storage. */
type Promised = 'unknown' | 'yes' | 'no' | 'refused'

export function StorageSection() {
  const space = useApp().snapshot.value.space
  return (
    <section class="card" aria-labelledby="storage-title">
      <h2 id="storage-title">Storage</h2>
      {space === undefined ? <p class="quiet">Being measured.</p> : <Space space={space} />}
      <Persistence />
    </section>
  )
}

function Space({ space }: { space: SpaceView }) {
  const { usedBytes, freeBytes, blockCount } = space
  const isTight = freeBytes < (usedBytes + freeBytes) * LITTLE_FREE
  return (
    <>
      <meter
        class={isTight ? 'meter meter-tight' : 'meter'}
        aria-label="Storage used"
        min={0}
        max={Math.max(1, usedBytes + freeBytes)}
        value={usedBytes}
      />
      <p class="numbers">
        {formatBytes(usedBytes)} used in {countOf(blockCount, 'block')}, {formatBytes(freeBytes)} free
      </p>
      <p class={isTight ? 'sentence-waiting' : 'quiet'}>
        {isTight
          ? 'Little space is left. Delete files that you no longer need, or free space on this device.'
          : `The browser lets this site use ${formatBytes(space.quotaBytes)} of this device; the amount follows the free space of the disk.`}
      </p>
    </>
  )
}

function Persistence() {
  const app = useApp()
  const { page } = app
  const promised = useSignal<Promised>('unknown')
  useEffect(() => {
    void page.isPersistent().then((isPersistent) => (promised.value = isPersistent ? 'yes' : 'no'))
  }, [page, promised])
  const ask = async () => {
    promised.value = (await page.askForPersistence()) ? 'yes' : 'refused'
    // The quota may have grown with the promise, and other parts of the page show both.
    await app.files.measureSpace()
    app.announce(PROMISE_WORDS[promised.peek()])
  }
  if (promised.value === 'unknown') return null
  return (
    <div class="persistence">
      <p>{PROMISE_WORDS[promised.value]}</p>
      {promised.value === 'no' ? (
        <button type="button" class="button" onClick={() => void ask()}>
          Ask the browser to keep my files
        </button>
      ) : null}
    </div>
  )
}

const PROMISE_WORDS: Record<Promised, string> = {
  unknown: '',
  yes: 'The browser has promised to keep these files until you delete them.',
  no: 'The browser may remove these files by itself when the disk runs full.',
  refused:
    'The browser did not promise it. It decides by how much you use this site: bookmark or install it, and ask again later. Save what matters to disk.',
}
