import { useSignal } from '@preact/signals'
import type { ErrorView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { FieldError } from '../components/field-error.tsx'
import { Modal } from '../components/modal.tsx'
import { ColorChoice, COLORS } from './color-choice.tsx'

const ERROR_ID = 'create-error'

/** The dialog that makes a community. */
export function CreateCommunity() {
  const { creating } = useApp().history
  return creating.value === undefined ? null : <CreateDialog next={creating.value} />
}

function CreateDialog({ next }: { next: 'keys' | 'import' }) {
  const { history } = useApp()
  const name = useSignal('')
  const description = useSignal('')
  const color = useSignal<string>(COLORS[0])
  const channels = useSignal('general')
  const isEncrypted = useSignal(false)
  const isBusy = useSignal(false)
  const error = useSignal<Pick<ErrorView, 'message' | 'advice'> | undefined>(undefined)
  const close = () => (history.creating.value = undefined)
  const submit = async (event: Event) => {
    event.preventDefault()
    if (isBusy.peek()) return
    if (name.peek().trim() === '') {
      error.value = { message: 'A community needs a name.', advice: 'You can change it later.' }
      return
    }
    isBusy.value = true
    const named = channels
      .peek()
      .split(/[,\n]/)
      .map((channel) => channel.trim())
      .filter((channel) => channel !== '')
    const wanted = { name: name.peek().trim(), description: description.peek().trim(), color: color.peek() }
    error.value = await history.actions.create({ ...wanted, channels: named, isEncrypted: isEncrypted.peek() }, next)
    isBusy.value = false
    if (error.peek() === undefined) close()
  }
  return (
    <Modal labelledBy="create-title" onClose={close}>
      <h2 id="create-title">{next === 'import' ? 'A community for your import' : 'Create a community'}</h2>
      <form class="form" noValidate onSubmit={(event) => void submit(event)}>
        <label class="form-field">
          <span>Name</span>
          <input
            class="field"
            type="text"
            maxLength={60}
            autocomplete="off"
            value={name.value}
            aria-invalid={error.value === undefined ? undefined : true}
            aria-describedby={error.value === undefined ? undefined : ERROR_ID}
            onInput={({ currentTarget }) => {
              name.value = currentTarget.value
              error.value = undefined
            }}
          />
        </label>
        <label class="form-field">
          <span>What it is about</span>
          <input
            class="field"
            type="text"
            maxLength={140}
            autocomplete="off"
            value={description.value}
            onInput={({ currentTarget }) => (description.value = currentTarget.value)}
          />
        </label>
        <ColorChoice color={color} />
        <label class="form-field">
          <span>{next === 'import' ? 'Channels besides the imported ones' : 'Channels, with commas between them'}</span>
          <input
            class="field"
            type="text"
            autocomplete="off"
            value={channels.value}
            onInput={({ currentTarget }) => (channels.value = currentTarget.value)}
          />
        </label>
        <label class="announce-label">
          <input
            type="checkbox"
            checked={isEncrypted.value}
            onChange={({ currentTarget }) => (isEncrypted.value = currentTarget.checked)}
          />
          Encrypted: only those who have its key can read it
        </label>
        <FieldError id={ERROR_ID} error={error.value} />
        <p class="quiet">
          A key is made on this device. Only who holds it can publish: you are asked to save it next
          {next === 'import' ? ', and to choose the file' : ''}.
        </p>
        <div class="button-row button-row-end">
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="button button-primary" disabled={isBusy.value}>
            Create
          </button>
        </div>
      </form>
    </Modal>
  )
}
