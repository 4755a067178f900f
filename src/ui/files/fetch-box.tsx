import { useSignal } from '@preact/signals'
import { useApp } from '../app-context.ts'
import { Icon } from '../components/icon.tsx'
import { findCommunityId } from '../state/route.ts'
import { FETCH_BOX_ID } from './element-ids.ts'

const ERROR_ID = 'fetch-error'

/** Takes a link or CID; says under itself why it refuses one. */
export function FetchBox() {
  const { files, history } = useApp()
  const text = useSignal('')
  const error = files.fetchError.value
  const submit = async (event: Event) => {
    event.preventDefault()
    const given = text.peek()
    if (given.trim() === '') return
    const isTaken = findCommunityId(given) === undefined ? files.fetch(given) : history.actions.follow(given)
    // A link that is taken shows as a row at once; only a refused one comes back for correction.
    text.value = ''
    if (!(await isTaken) && text.peek() === '') text.value = given
  }
  const edit = (event: Event) => {
    if (event.currentTarget instanceof HTMLInputElement) text.value = event.currentTarget.value
    files.clearFetchError()
  }
  return (
    <form class="fetch-box" onSubmit={(event) => void submit(event)}>
      <label class="unseen" htmlFor={FETCH_BOX_ID}>
        Link or CID of a file to fetch
      </label>
      <div class="field-row">
        <input
          id={FETCH_BOX_ID}
          class="field"
          type="text"
          placeholder="Paste a link or a CID"
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
          Fetch
        </button>
      </div>
      <p id={ERROR_ID} class="field-error" role="alert">
        {error === undefined ? null : (
          <>
            <Icon name="warning" />
            <span>
              {error.message} {error.advice}
            </span>
          </>
        )}
      </p>
    </form>
  )
}
