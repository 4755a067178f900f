import { useSignal } from '@preact/signals'
import type { UploadLimitsView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../components/icon.tsx'
import { formatRate } from '../format/bytes.ts'

const BYTES_PER_MEGABYTE = 1_000_000
const ERROR_ID = 'upload-limits-error'
const NOTE_ID = 'upload-limits-note'

const FIELDS = [
  { name: 'totalBytesPerSecond', label: 'To all peers together' },
  { name: 'perPeerBytesPerSecond', label: 'To each peer' },
] as const satisfies readonly { name: keyof UploadLimitsView; label: string }[]

/** How fast this node may send to others; an empty field is no limit. */
export function UploadLimits({ limits }: { limits: UploadLimitsView }) {
  const { files, announce } = useAppParts()
  const edited = useSignal<Partial<Record<keyof UploadLimitsView, string>>>({})
  const error = useSignal<string | undefined>(undefined)
  const save = async (event: Event) => {
    event.preventDefault()
    const wanted = { ...limits }
    for (const [name, text] of entriesOf(edited.peek())) wanted[name] = bytesOf(text)
    const refusal = await files.setUploadLimits(wanted)
    error.value = refusal === undefined ? undefined : refusal.message
    if (refusal !== undefined) return
    edited.value = {}
    announce(sentenceOf(wanted))
  }
  return (
    <section class="card" aria-labelledby="upload-limits-title">
      <h2 id="upload-limits-title">Upload limits</h2>
      <p id={NOTE_ID}>How fast others may fetch from this device, in megabytes a second. An empty field is no limit.</p>
      <form class="upload-limits" noValidate onSubmit={(event) => void save(event)}>
        {FIELDS.map(({ name, label }) => (
          <label key={name} class="upload-limit">
            <span>{label}</span>
            <input
              class="field numbers"
              type="number"
              inputMode="decimal"
              min="0.01"
              step="any"
              placeholder="No limit"
              value={edited.value[name] ?? megabytesOf(limits[name])}
              aria-describedby={error.value === undefined ? NOTE_ID : ERROR_ID}
              aria-invalid={error.value === undefined ? undefined : true}
              onInput={({ currentTarget }) => {
                edited.value = { ...edited.peek(), [name]: currentTarget.value }
                error.value = undefined
              }}
            />
          </label>
        ))}
        <button type="submit" class="button">
          Set limits
        </button>
      </form>
      <p id={ERROR_ID} class="field-error" role="alert">
        {error.value === undefined ? null : (
          <>
            <Icon name="warning" />
            <span>{error.value} Leave the field empty for no limit.</span>
          </>
        )}
      </p>
      <p class="quiet numbers">{sentenceOf(limits)}</p>
    </section>
  )
}

function useAppParts() {
  const app = useApp()
  return { files: app.files, announce: (text: string) => app.announce(text) }
}

function entriesOf(edited: Partial<Record<keyof UploadLimitsView, string>>): [keyof UploadLimitsView, string][] {
  return FIELDS.flatMap(({ name }) => {
    const text = edited[name]
    return text === undefined ? [] : [[name, text]]
  })
}

function bytesOf(text: string): number | undefined {
  const number = text.trim()
  return number === '' ? undefined : Math.round(Number(number.replace(',', '.')) * BYTES_PER_MEGABYTE)
}

function megabytesOf(bytesPerSecond: number | undefined): string {
  return bytesPerSecond === undefined ? '' : String(bytesPerSecond / BYTES_PER_MEGABYTE)
}

function sentenceOf({ totalBytesPerSecond: total, perPeerBytesPerSecond: each }: UploadLimitsView): string {
  if (total === undefined && each === undefined) return 'No limit is set.'
  const parts = [
    ...(total === undefined ? [] : [`${formatRate(total)} in all`]),
    ...(each === undefined ? [] : [`${formatRate(each)} to each peer`]),
  ]
  return `At most ${parts.join(', ')}.`
}
