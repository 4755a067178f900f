import { useSignal } from '@preact/signals'
import { useApp } from '../app-context.ts'
import { FileName } from '../components/file-name.tsx'
import { Icon } from '../components/icon.tsx'
import { countOf, formatBytes } from '../format/bytes.ts'
import { displayName } from '../format/names.ts'
import { formatMoment, formatWhen } from '../format/time.ts'

const SHOWN = 5

/** Files that went by themselves to make room, each with the way back. */
export function GoneList() {
  const { device, files } = useApp()
  const isWhole = useSignal(false)
  const gone = device.space.gone.value
  if (gone.length === 0) return null
  const shown = isWhole.value ? gone : gone.slice(0, SHOWN)
  return (
    <section class="gone" aria-labelledby="gone-title">
      <h3 id="gone-title">Removed to make room</h3>
      <ul class="rows">
        {shown.map(({ cid, name, sizeBytes, atMs }) => (
          <li key={cid} class="row gone-row">
            <FileName name={name} />
            <span class="quiet numbers">{formatBytes(sizeBytes)}</span>
            <time class="quiet" dateTime={new Date(atMs).toISOString()} title={formatMoment(atMs)}>
              {formatWhen(atMs, Date.now())}
            </time>
            <button
              type="button"
              class="button button-quiet"
              title="Fetch it again"
              aria-label={`Fetch ${displayName(name)} again`}
              onClick={() => void files.fetchAgain(cid)}
            >
              <Icon name="retry" />
            </button>
          </li>
        ))}
      </ul>
      <div class="button-row">
        {shown.length === gone.length ? null : (
          <button type="button" class="button" onClick={() => (isWhole.value = true)}>
            Show {countOf(gone.length - SHOWN, 'more file')}
          </button>
        )}
        <button type="button" class="button" onClick={() => device.space.forgetGone()}>
          Clear the list
        </button>
      </div>
    </section>
  )
}
