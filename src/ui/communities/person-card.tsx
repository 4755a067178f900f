import { useSignal } from '@preact/signals'
import type { ErrorView } from '../../rpc/api.ts'
import type { PersonView } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { Copyable } from '../components/copyable.tsx'
import { FieldError } from '../components/field-error.tsx'
import { displayName } from '../format/names.ts'
import { ForgetKey } from './forget-key.tsx'
import { PassphraseForm } from './passphrase-form.tsx'
import { SaveKey } from './save-key.tsx'
import { UnlockForm } from './unlock-form.tsx'

/** Who one writes as, and the key behind the name. */
export function PersonCard() {
  const person = useApp().history.person.value
  return (
    <section class="card card-wide" aria-labelledby="person-title">
      <h2 id="person-title">You</h2>
      {person === undefined ? (
        <p>
          Reading needs no name. To write, choose one: it is shown beside your messages, which are signed with a key
          that is made on this device.
        </p>
      ) : null}
      <NameForm key={person?.displayName} person={person} />
      {person === undefined ? null : <PersonKey person={person} />}
    </section>
  )
}

function NameForm({ person }: { person: PersonView | undefined }) {
  const { history, announce } = useAnnounce()
  const name = useSignal(person?.displayName ?? '')
  const error = useSignal<Pick<ErrorView, 'message' | 'advice'> | undefined>(undefined)
  const submit = async (event: Event) => {
    event.preventDefault()
    const wanted = name.peek().trim()
    if (wanted === '') {
      error.value = { message: 'The name is empty.', advice: 'Write one or more letters.' }
      return
    }
    error.value = await history.actions.setPerson(wanted)
    if (error.peek() === undefined) announce(`You write as ${displayName(wanted)}`)
  }
  return (
    <form class="small-form" noValidate onSubmit={(event) => void submit(event)}>
      <label class="small-field">
        <span>Your name</span>
        <input
          class="field"
          type="text"
          maxLength={50}
          autocomplete="off"
          value={name.value}
          aria-invalid={error.value === undefined ? undefined : true}
          aria-describedby={error.value === undefined ? undefined : 'name-error'}
          onInput={({ currentTarget }) => {
            name.value = currentTarget.value
            error.value = undefined
          }}
        />
      </label>
      <button type="submit" class="button" disabled={name.value.trim() === (person?.displayName ?? '')}>
        {person === undefined ? 'Write under this name' : 'Change'}
      </button>
      <FieldError id="name-error" error={error.value} />
    </form>
  )
}

function PersonKey({ person }: { person: PersonView }) {
  const { key, hasPassphrase, isLocked, isSaved } = person
  return (
    <>
      <div class="key-line">
        <span>Your key</span>
        <Copyable text={key} label="Your public key" />
      </div>
      {isLocked ? (
        <UnlockForm what="person" words="Your key is locked. Unlock it to write." />
      ) : (
        <details class="fold" open={!isSaved}>
          <summary>{isSaved ? 'Key and passphrase' : 'Save your key'}</summary>
          <div class="fold-body">
            <SaveKey what="person" name={person.displayName} isSaved={isSaved} />
            <PassphraseForm what="person" hasPassphrase={hasPassphrase} />
            <ForgetKey
              what="person"
              isSaved={isSaved}
              words="You can no longer write, edit or delete as this name, on this device or any other, unless you have the file."
            />
          </div>
        </details>
      )}
    </>
  )
}

function useAnnounce() {
  const app = useApp()
  return { history: app.history, announce: (text: string) => app.announce(text) }
}
