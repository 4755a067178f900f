import { useSignal } from '@preact/signals'
import type { ErrorView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { FieldError } from '../components/field-error.tsx'
import { Icon } from '../components/icon.tsx'
import type { KeyOwner } from './key-actions.ts'

/** Asks for the passphrase of a locked key. */
export function UnlockForm({ what, words }: { what: KeyOwner; words: string }) {
  const { keys } = useApp().history
  const passphrase = useSignal('')
  const isBusy = useSignal(false)
  const error = useSignal<ErrorView | undefined>(undefined)
  const errorId = `unlock-error-${what === 'person' ? 'person' : 'community'}`
  const submit = async (event: Event) => {
    event.preventDefault()
    if (passphrase.peek() === '' || isBusy.peek()) return
    isBusy.value = true
    error.value = await keys.unlock(what, passphrase.peek())
    isBusy.value = false
    if (error.peek() === undefined) passphrase.value = ''
  }
  return (
    <form class="small-form" onSubmit={(event) => void submit(event)}>
      <p class="small-note">{words}</p>
      <label class="small-field">
        <span>Passphrase</span>
        <input
          class="field"
          type="password"
          autocomplete="current-password"
          value={passphrase.value}
          aria-invalid={error.value === undefined ? undefined : true}
          aria-describedby={error.value === undefined ? undefined : errorId}
          onInput={({ currentTarget }) => {
            passphrase.value = currentTarget.value
            error.value = undefined
          }}
        />
      </label>
      <button type="submit" class="button button-primary" disabled={isBusy.value}>
        <Icon name="key" />
        Unlock
      </button>
      <FieldError id={errorId} error={error.value} />
    </form>
  )
}
