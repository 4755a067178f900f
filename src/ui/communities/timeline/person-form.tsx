/** What stands in place of the composer until there is a name to write under, and while its key is locked. */
import { useSignal } from '@preact/signals'
import { useScope } from './timeline-scope.ts'

const MAX_NAME_CHARACTERS = 64

export function NameForm() {
  const { actions, host } = useScope()
  const name = useSignal('')
  const isBusy = useSignal(false)
  const submit = async (event: Event) => {
    event.preventDefault()
    const displayName = name.peek().trim()
    if (displayName === '' || isBusy.peek()) return
    isBusy.value = true
    const isDone = await actions.run('The name was not kept', (api) => api.setPerson({ displayName }))
    isBusy.value = false
    if (isDone) host.announce(`You write as ${displayName}.`)
  }
  return (
    <form class="composer composer-name" onSubmit={(event) => void submit(event)}>
      <label htmlFor="person-name">
        Choose a name to write under. It comes with a key of your own, made on this device.
      </label>
      <div class="field-row">
        <input
          id="person-name"
          class="field"
          type="text"
          autocomplete="off"
          maxLength={MAX_NAME_CHARACTERS}
          placeholder="Your name here"
          value={name}
          onInput={({ currentTarget }) => (name.value = currentTarget.value)}
        />
        <button type="submit" class="button" disabled={name.value.trim() === '' || isBusy.value}>
          Use this name
        </button>
      </div>
    </form>
  )
}

export function UnlockNote() {
  const { actions } = useScope()
  const passphrase = useSignal('')
  const unlock = async (event: Event) => {
    event.preventDefault()
    await actions.run('Not unlocked', (api) => api.unlock('person', passphrase.peek()))
    passphrase.value = ''
  }
  return (
    <form class="composer composer-name" onSubmit={(event) => void unlock(event)}>
      <label htmlFor="person-passphrase">Your key is locked. Give its passphrase to write.</label>
      <div class="field-row">
        <input
          id="person-passphrase"
          class="field"
          type="password"
          autocomplete="current-password"
          value={passphrase}
          onInput={({ currentTarget }) => (passphrase.value = currentTarget.value)}
        />
        <button type="submit" class="button" disabled={passphrase.value === ''}>
          Unlock
        </button>
      </div>
    </form>
  )
}
