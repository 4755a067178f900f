import { useSignal } from '@preact/signals'
import type { ErrorView } from '../../rpc/api.ts'
import { FieldError } from '../components/field-error.tsx'

const BYTES_PER_GIGABYTE = 1_000_000_000
const MIN_BYTES = 10_000_000

interface QuotaFormProps {
  readonly id: string
  readonly label: string
  readonly quotaBytes: number
  readonly onSet: (bytes: number) => Promise<ErrorView | undefined>
}

/** A limit in gigabytes, with its button. */
export function QuotaForm({ id, label, quotaBytes, onSet }: QuotaFormProps) {
  const edited = useSignal<string | undefined>(undefined)
  const error = useSignal<Pick<ErrorView, 'message' | 'advice'> | undefined>(undefined)
  const errorId = `${id}-error`
  const submit = async (event: Event) => {
    event.preventDefault()
    const text = edited.peek()
    if (text === undefined) return
    const bytes = Math.round(Number(text.replace(',', '.')) * BYTES_PER_GIGABYTE)
    if (!Number.isSafeInteger(bytes) || bytes < MIN_BYTES) {
      error.value = { message: 'The limit is at least 0.01 gigabytes.', advice: 'Nothing was changed.' }
      return
    }
    error.value = await onSet(bytes)
    if (error.peek() === undefined) edited.value = undefined
  }
  return (
    <form class="small-form" noValidate onSubmit={(event) => void submit(event)}>
      <label class="small-field">
        <span>{label}</span>
        <input
          class="field numbers"
          type="number"
          inputMode="decimal"
          min="0.01"
          step="any"
          value={edited.value ?? gigabytesOf(quotaBytes)}
          aria-invalid={error.value === undefined ? undefined : true}
          aria-describedby={error.value === undefined ? undefined : errorId}
          onInput={({ currentTarget }) => {
            edited.value = currentTarget.value
            error.value = undefined
          }}
        />
      </label>
      <button type="submit" class="button">
        Set
      </button>
      <FieldError id={errorId} error={error.value} />
    </form>
  )
}

/** As `formatBytes` rounds it: “2.15” of 2 GiB. */
function gigabytesOf(bytes: number): string {
  return String(Number((bytes / BYTES_PER_GIGABYTE).toFixed(2)))
}
