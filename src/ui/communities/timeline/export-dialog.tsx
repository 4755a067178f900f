/** Saves what is held of a span: to read, to process, or the archives themselves. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { ErrorBox } from '../../components/error-box.tsx'
import { Modal } from '../../components/modal.tsx'
import { fileNameFor } from '../../format/names.ts'
import type { ErrorView } from '../../../rpc/api.ts'
import { viewOfError } from '../../../rpc/errors.ts'
import type { ActivityView } from '../../../rpc/history-api.ts'
import { DAY_MS } from '../../format/time.ts'
import { useScope } from './timeline-scope.ts'
import type { TimelineScope } from './timeline-scope.ts'

const FORMATS = [
  {
    format: 'html',
    words: 'A page to read',
    more: 'One HTML file that opens in any browser, without pictures from elsewhere.',
  },
  { format: 'json', words: 'Data', more: 'One JSON file, for programs.' },
  { format: 'archives', words: 'The archives', more: 'A ZIP of the archives and their index, as they were published.' },
] as const
type Format = (typeof FORMATS)[number]['format']

type Making =
  | { readonly state: 'choosing' }
  | { readonly state: 'making'; readonly stop: AbortController }
  | { readonly state: 'failed'; readonly error: ErrorView }

export function ExportDialog() {
  const { isExporting } = useScope()
  return isExporting.value ? <OpenExportDialog onClose={() => (isExporting.value = false)} /> : null
}

function OpenExportDialog({ onClose }: { onClose: () => void }) {
  const scope = useScope()
  const format = useSignal<Format>('html')
  const isOneChannel = useSignal(true)
  const making = useSignal<Making>({ state: 'choosing' })
  const form = useRef<HTMLFormElement>(null)
  const span = useKnownSpan(scope)
  useEffect(() => () => stopMaking(making.peek()), [])
  const submit = async (event: Event) => {
    event.preventDefault()
    const chosen = spanIn(form.current)
    if (chosen === undefined || making.peek().state === 'making') return
    const stop = new AbortController()
    making.value = { state: 'making', stop }
    const isWhole = !isOneChannel.peek() || format.peek() === 'archives'
    const wanted = { ...chosen, format: format.peek(), ...(isWhole ? {} : { channelId: scope.channelId }) }
    try {
      const file = await scope.host.api.exportSpan(scope.community.peek().id, wanted, { signal: stop.signal })
      if (stop.signal.aborted) return
      scope.host.download(file, fileNameFor(file.name, 'history'))
      scope.host.announce('The file is ready.')
      onClose()
    } catch (error) {
      making.value = stop.signal.aborted ? { state: 'choosing' } : { state: 'failed', error: viewOfError(error) }
    }
  }
  const now = making.value
  return (
    <Modal labelledBy="export-title" onClose={onClose}>
      <form ref={form} class="export-form" onSubmit={(event) => void submit(event)}>
        <h2 id="export-title">Save a part of the history</h2>
        <div class="export-span">
          <DateField name="from" words="From" value={span.value?.fromMs} />
          <DateField name="to" words="Up to and with" value={span.value?.toMs} />
        </div>
        <p class="quiet">Days of UTC, as the times in the file.</p>
        <fieldset class="export-formats">
          <legend class="unseen">As</legend>
          {FORMATS.map((each) => (
            <label key={each.format} class="choice export-format">
              <input
                type="radio"
                name="format"
                checked={format.value === each.format}
                onChange={() => (format.value = each.format)}
              />
              <span>
                {each.words}
                <span class="quiet">{each.more}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {format.value === 'archives' ? (
          <p class="quiet">Archives hold all channels. Those that touch the days above and are here go in.</p>
        ) : (
          <label class="check-label">
            <input
              type="checkbox"
              checked={isOneChannel}
              onChange={({ currentTarget }) => (isOneChannel.value = currentTarget.checked)}
            />
            This channel only
          </label>
        )}
        {now.state === 'failed' ? <ErrorBox error={now.error} title="The file was not made" /> : null}
        {now.state === 'making' ? <progress class="progress" aria-label="Making the file" /> : null}
        <div class="button-row button-row-end">
          <button type="button" class="button" onClick={() => (now.state === 'making' ? now.stop.abort() : onClose())}>
            {now.state === 'making' ? 'Stop' : 'Cancel'}
          </button>
          <button type="submit" class="button button-primary" disabled={now.state === 'making'}>
            {now.state === 'making' ? 'Making the file…' : 'Save'}
          </button>
        </div>
      </form>
    </Modal>
  )
}

function stopMaking(making: Making): void {
  if (making.state === 'making') making.stop.abort()
}

/** From the first to the last day that something is known of. */
function useKnownSpan(scope: TimelineScope) {
  const span = useSignal<{ fromMs: number; toMs: number } | undefined>(undefined)
  useEffect(() => {
    let isCurrent = true
    const take = ({ firstAtMs, lastAtMs }: Pick<ActivityView, 'firstAtMs' | 'lastAtMs'>) => {
      if (isCurrent) span.value = { fromMs: firstAtMs ?? Date.now(), toMs: lastAtMs ?? Date.now() }
    }
    // Without it the fields begin with today; they can still be written in.
    scope.host.api.activity(scope.community.peek().id).then(take, () => take({}))
    return () => {
      isCurrent = false
    }
  }, [scope])
  return span
}

function DateField({ name, words, value }: { name: string; words: string; value: number | undefined }) {
  return (
    <label class="export-date">
      <span class="quiet">{words}</span>
      <input
        key={value}
        class="field"
        type="date"
        name={name}
        required
        defaultValue={value === undefined ? '' : new Date(value).toISOString().slice(0, 10)}
      />
    </label>
  )
}

function spanIn(form: HTMLFormElement | null): { fromMs: number; toMs: number } | undefined {
  const dayOf = (name: string) => {
    const field = form?.elements.namedItem(name)
    return field instanceof HTMLInputElement ? field.valueAsNumber : Number.NaN
  }
  const [fromMs, lastMs] = [dayOf('from'), dayOf('to')]
  if (!Number.isFinite(fromMs) || !Number.isFinite(lastMs)) return undefined
  const [first, last] = fromMs <= lastMs ? [fromMs, lastMs] : [lastMs, fromMs]
  return { fromMs: first, toMs: last + DAY_MS }
}
