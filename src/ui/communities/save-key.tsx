import { useSignal } from '@preact/signals'
import { useApp } from '../app-context.ts'
import { FieldError } from '../components/field-error.tsx'
import { Icon } from '../components/icon.tsx'
import { displayName } from '../format/names.ts'
import type { KeyOwner, SavedKey } from './key-actions.ts'

interface SaveKeyProps {
  readonly what: KeyOwner
  /** The community’s or the person’s name, for the file’s. */
  readonly name: string
  readonly isSaved: boolean
}

/** Writes a key to a text file, wrapped by a passphrase where one is given. */
export function SaveKey({ what, name, isSaved }: SaveKeyProps) {
  const { keys } = useApp().history
  const passphrase = useSignal('')
  const isWrapped = useSignal(false)
  const saved = useSignal<SavedKey | undefined>(undefined)
  const id = what === 'person' ? 'save-person-key' : 'save-community-key'
  const save = async (event: Event) => {
    event.preventDefault()
    saved.value = undefined
    isWrapped.value = passphrase.peek() !== ''
    saved.value = await keys.save(what, { name: displayName(name), passphrase: passphrase.peek() })
    if (saved.peek()?.state === 'written') passphrase.value = ''
  }
  const confirm = async () => {
    const error = await keys.noteSaved(what)
    saved.value = error === undefined ? { state: 'written' } : { state: 'failed', error }
  }
  const now = saved.value
  return (
    <form class="small-form" onSubmit={(event) => void save(event)}>
      <label class="small-field">
        <span>Passphrase for the file (optional)</span>
        <input
          class="field"
          type="password"
          autocomplete="new-password"
          value={passphrase.value}
          onInput={({ currentTarget }) => (passphrase.value = currentTarget.value)}
        />
      </label>
      <button type="submit" class={isSaved ? 'button' : 'button button-primary'}>
        <Icon name="save" />
        {isSaved ? 'Save the key again' : 'Save the key'}
      </button>
      {now?.state === 'downloading' ? (
        <div class="small-note">
          <output>Is “{displayName(name)} key.txt” among your downloads?</output>
          <button type="button" class="button" onClick={() => void confirm()}>
            Yes, I have it
          </button>
        </div>
      ) : null}
      {now?.state === 'written' ? (
        <output class="small-note">
          Saved. Keep the file where nobody else reads it{isWrapped.value ? ', and remember its passphrase' : ''}.
        </output>
      ) : null}
      <FieldError id={id} error={now?.state === 'failed' ? now.error : undefined} />
    </form>
  )
}
