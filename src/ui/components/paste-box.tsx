import type { Signal } from '@preact/signals'
import type { ErrorView } from '../../rpc/api.ts'
import { FieldError } from './field-error.tsx'

interface PasteBoxProps {
  readonly id: string
  /** For screen readers. */
  readonly label: string
  readonly placeholder: string
  /** What the button says. */
  readonly action: string
  readonly text: Signal<string>
  readonly error: ErrorView | undefined
  readonly onEdit: () => void
  /** With what is in the field, which is not blank. */
  readonly onSubmit: (given: string) => Promise<void>
}

/** One line for a link or an id, with its button; says under itself why it was refused. */
export function PasteBox({ id, label, placeholder, action, text, error, onEdit, onSubmit }: PasteBoxProps) {
  const errorId = `${id}-error`
  const submit = (event: Event) => {
    event.preventDefault()
    const given = text.peek()
    if (given.trim() !== '') void onSubmit(given)
  }
  return (
    <form class="paste-box" onSubmit={submit}>
      <label class="unseen" htmlFor={id}>
        {label}
      </label>
      <div class="field-row">
        <input
          id={id}
          class="field"
          type="text"
          placeholder={placeholder}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="go"
          value={text.value}
          aria-invalid={error === undefined ? undefined : true}
          aria-describedby={error === undefined ? undefined : errorId}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value
            onEdit()
          }}
        />
        <button type="submit" class="button">
          {action}
        </button>
      </div>
      <FieldError id={errorId} error={error} />
    </form>
  )
}
