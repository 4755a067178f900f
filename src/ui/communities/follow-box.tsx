import { useSignal } from '@preact/signals'
import { useApp } from '../app-context.ts'
import { FieldError } from '../components/field-error.tsx'
import { FOLLOW_BOX_ID } from './element-ids.ts'

const ERROR_ID = 'follow-error'

/** Takes a community’s link or id; says under itself why it refuses one. */
export function FollowBox() {
  const { actions } = useApp().history
  const text = useSignal('')
  const isBusy = useSignal(false)
  const error = actions.followError.value
  const submit = async (event: Event) => {
    event.preventDefault()
    const given = text.peek()
    if (given.trim() === '' || isBusy.peek()) return
    isBusy.value = true
    const isTaken = await actions.follow(given)
    isBusy.value = false
    if (isTaken && text.peek() === given) text.value = ''
  }
  const edit = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    text.value = currentTarget.value
    actions.clearFollowError()
  }
  return (
    <form class="fetch-box" onSubmit={(event) => void submit(event)}>
      <label class="unseen" htmlFor={FOLLOW_BOX_ID}>
        Link or id of a community to follow
      </label>
      <div class="field-row">
        <input
          id={FOLLOW_BOX_ID}
          class="field"
          type="text"
          placeholder="Paste a community’s link or id"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="go"
          value={text.value}
          aria-invalid={error === undefined ? undefined : true}
          aria-describedby={error === undefined ? undefined : ERROR_ID}
          onInput={edit}
        />
        <button type="submit" class="button">
          Follow
        </button>
      </div>
      <FieldError id={ERROR_ID} error={error} />
    </form>
  )
}
