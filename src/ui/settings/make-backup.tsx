import { useSignal } from '@preact/signals'
import type { ErrorView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { FieldError } from '../components/field-error.tsx'
import { Icon } from '../components/icon.tsx'

const MIN_CHARACTERS = 8
const ERROR_ID = 'backup-passphrase-error'

/** Asks whether the keys go into a backup, and what locks them. */
export function MakeBackup() {
  const { backup } = useApp().device
  const withKeys = useSignal(false)
  const passphrase = useSignal('')
  const again = useSignal('')
  const error = useSignal<Pick<ErrorView, 'message' | 'advice'> | undefined>(undefined)
  const submit = (event: Event) => {
    event.preventDefault()
    error.value = withKeys.peek() ? refusalOf(passphrase.peek(), again.peek()) : undefined
    if (error.peek() !== undefined) return
    const isLocked = withKeys.peek() && passphrase.peek() !== ''
    void backup.make({ withKeys: withKeys.peek(), ...(isLocked ? { passphrase: passphrase.peek() } : {}) })
  }
  const edit =
    (target: typeof passphrase) =>
    ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
      target.value = currentTarget.value
      error.value = undefined
    }
  const field = {
    class: 'field',
    type: 'password',
    autocomplete: 'new-password',
    'aria-describedby': ERROR_ID,
  } as const
  return (
    <form class="backup-form" aria-label="Make a backup" onSubmit={submit}>
      <label class="announce-label">
        <input
          type="checkbox"
          checked={withKeys.value}
          onChange={({ currentTarget }) => (withKeys.value = currentTarget.checked)}
        />
        With my keys
      </label>
      {withKeys.value ? (
        <>
          <p class="quiet">
            With them, another device can write as you, publish your communities and take this one’s place. A passphrase
            locks them; without one, whoever has the file has your keys.
          </p>
          <label class="backup-field">
            <span>Passphrase</span>
            <input {...field} value={passphrase.value} onInput={edit(passphrase)} />
          </label>
          <label class="backup-field">
            <span>The same again</span>
            <input {...field} value={again.value} onInput={edit(again)} />
          </label>
          <FieldError id={ERROR_ID} error={error.value} />
        </>
      ) : (
        <p class="quiet">Without keys, a backup restores what you have, and not who you are.</p>
      )}
      <button type="submit" class="button">
        <Icon name="save" />
        Make a backup
      </button>
    </form>
  )
}

/** None is a choice, and said to be one; a short one is a mistake. */
function refusalOf(passphrase: string, again: string): Pick<ErrorView, 'message' | 'advice'> | undefined {
  if (passphrase !== '' && Array.from(passphrase).length < MIN_CHARACTERS) {
    return {
      message: `A passphrase has at least ${MIN_CHARACTERS} characters.`,
      advice: 'A few words are easy to remember.',
    }
  }
  if (passphrase === again) return undefined
  return { message: 'The two differ.', advice: 'Write the same passphrase twice; nobody can tell it to you later.' }
}
