import { useSignal } from '@preact/signals'
import type { ErrorView } from '../../rpc/api.ts'
import type { CommunityView, KeepChoice } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { FieldError } from '../components/field-error.tsx'

const DEFAULT_WEEKS = 12
const MAX_WEEKS = 5200
const CHOICES = [
  { kind: 'all', words: 'All of its history' },
  { kind: 'weeks', words: 'The last weeks' },
  { kind: 'viewed', words: 'Only what I look at' },
] as const satisfies readonly { kind: KeepChoice['kind']; words: string }[]

/** How much of a community this device fetches and keeps. */
export function KeepChoices({ community }: { community: CommunityView }) {
  const { actions } = useApp().history
  const { id, keep } = community
  const weeks = useSignal(String(keep.kind === 'weeks' ? keep.weeks : DEFAULT_WEEKS))
  const error = useSignal<Pick<ErrorView, 'message' | 'advice'> | undefined>(undefined)
  const set = async (wanted: KeepChoice) => {
    error.value = await actions.setSettings(id, { keep: wanted })
  }
  const setWeeks = (text: string) => {
    const count = Number(text)
    if (!Number.isInteger(count) || count < 1 || count > MAX_WEEKS) {
      error.value = { message: 'A number of weeks is at least 1.', advice: 'Nothing was changed.' }
      return
    }
    void set({ kind: 'weeks', weeks: count })
  }
  const choose = (kind: KeepChoice['kind']) => (kind === 'weeks' ? setWeeks(weeks.peek()) : void set({ kind }))
  return (
    <fieldset class="keep">
      <legend class="unseen">What to keep</legend>
      {CHOICES.map(({ kind, words }) => (
        <label key={kind} class="announce-label">
          <input type="radio" name="keep" value={kind} checked={keep.kind === kind} onChange={() => choose(kind)} />
          {words}
        </label>
      ))}
      {keep.kind === 'weeks' ? (
        <label class="small-field">
          <span>How many weeks</span>
          <input
            class="field numbers"
            type="number"
            min="1"
            max={MAX_WEEKS}
            step="1"
            value={weeks.value}
            aria-invalid={error.value === undefined ? undefined : true}
            aria-describedby={error.value === undefined ? undefined : 'keep-error'}
            onInput={({ currentTarget }) => (weeks.value = currentTarget.value)}
            onChange={({ currentTarget }) => setWeeks(currentTarget.value)}
          />
        </label>
      ) : null}
      <FieldError id="keep-error" error={error.value} />
    </fieldset>
  )
}
