import { useSignal } from '@preact/signals'
import type { ErrorView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { FieldError } from '../components/field-error.tsx'
import { Icon } from '../components/icon.tsx'
import { Modal } from '../components/modal.tsx'
import type { KeyOwner } from './key-actions.ts'

interface ForgetKeyProps {
  readonly what: KeyOwner
  readonly isSaved: boolean
  /** What is lost with it. */
  readonly words: string
}

/** Removes a key from this device, after a question. */
export function ForgetKey({ what, isSaved, words }: ForgetKeyProps) {
  const { keys } = useApp().history
  const isAsking = useSignal(false)
  const error = useSignal<ErrorView | undefined>(undefined)
  const id = what === 'person' ? 'forget-person' : 'forget-community'
  const confirm = async () => {
    isAsking.value = false
    error.value = await keys.forget(what)
  }
  return (
    <div class="small-form">
      <button type="button" class="button" onClick={() => (isAsking.value = true)}>
        <Icon name="trash" />
        Forget the key
      </button>
      <FieldError id={`${id}-error`} error={error.value} />
      {isAsking.value ? (
        <Modal labelledBy={`${id}-title`} onClose={() => (isAsking.value = false)}>
          <h2 id={`${id}-title`}>Forget this key?</h2>
          <p>{words}</p>
          {isSaved ? (
            <p>You have saved it to a file; import that file to get it back.</p>
          ) : (
            <p class="sentence sentence-waiting">
              <Icon name="warning" />
              You have not saved it. Nobody can give it back.
            </p>
          )}
          <div class="button-row button-row-end">
            <button type="button" class="button" onClick={() => (isAsking.value = false)}>
              Keep it
            </button>
            <button type="button" class="button button-primary" onClick={() => void confirm()}>
              Forget it
            </button>
          </div>
        </Modal>
      ) : null}
    </div>
  )
}
