import { useSignal } from '@preact/signals'
import type { ErrorView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { FieldError } from '../components/field-error.tsx'
import type { KeyOwner } from './key-actions.ts'

const MIN_CHARACTERS = 8

interface PassphraseFormProps {
  readonly what: KeyOwner
  readonly hasPassphrase: boolean
}

/** Wraps the key on this device by a passphrase, or takes that off. */
export function PassphraseForm({ what, hasPassphrase }: PassphraseFormProps) {
  const { keys } = useApp().history
  const passphrase = useSignal('')
  const again = useSignal('')
  const done = useSignal<string | undefined>(undefined)
  const error = useSignal<Pick<ErrorView, 'message' | 'advice'> | undefined>(undefined)
  const errorId = `passphrase-error-${what === 'person' ? 'person' : 'community'}`
  const set = async (given: string | undefined, words: string) => {
    error.value = await keys.setPassphrase(what, given)
    if (error.peek() !== undefined) return
    done.value = words
    passphrase.value = ''
    again.value = ''
  }
  const submit = (event: Event) => {
    event.preventDefault()
    error.value = refusalOf(passphrase.peek(), again.peek())
    if (error.peek() === undefined) void set(passphrase.peek(), 'From the next start on, the key is locked here.')
  }
  const edit =
    (target: typeof passphrase) =>
    ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
      target.value = currentTarget.value
      error.value = undefined
      done.value = undefined
    }
  return (
    <form class="small-form" onSubmit={submit}>
      <label class="small-field">
        <span>{hasPassphrase ? 'New passphrase on this device' : 'Passphrase on this device'}</span>
        <input
          class="field"
          type="password"
          autocomplete="new-password"
          value={passphrase.value}
          onInput={edit(passphrase)}
        />
      </label>
      <label class="small-field">
        <span>The same again</span>
        <input class="field" type="password" autocomplete="new-password" value={again.value} onInput={edit(again)} />
      </label>
      <div class="button-row">
        <button type="submit" class="button" disabled={passphrase.value === ''}>
          {hasPassphrase ? 'Change the passphrase' : 'Set a passphrase'}
        </button>
        {hasPassphrase ? (
          <button
            type="button"
            class="button"
            onClick={() => void set(undefined, 'The key has no passphrase on this device now.')}
          >
            Take it off
          </button>
        ) : null}
      </div>
      {done.value === undefined ? null : <output class="small-note">{done.value}</output>}
      <FieldError id={errorId} error={error.value} />
    </form>
  )
}

function refusalOf(passphrase: string, again: string): Pick<ErrorView, 'message' | 'advice'> | undefined {
  if (Array.from(passphrase).length < MIN_CHARACTERS) {
    return {
      message: `A passphrase has at least ${MIN_CHARACTERS} characters.`,
      advice: 'A few words are easy to remember.',
    }
  }
  if (passphrase === again) return undefined
  return { message: 'The two differ.', advice: 'Write the same passphrase twice; nobody can tell it to you later.' }
}
