import { useSignal } from '@preact/signals'
import type { ErrorView } from '../../rpc/api.ts'
import type { CommunityView } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { Copyable, CopyButton } from '../components/copyable.tsx'
import { FieldError } from '../components/field-error.tsx'
import { countOf } from '../format/bytes.ts'

/** The keys that an encrypted history is read with: which are missing, adding one, handing them on. */
export function GroupKeys({ community }: { community: CommunityView }) {
  const { missingKeyIds } = community
  return (
    <>
      <section class="side-part" aria-labelledby="missing-title">
        <h3 id="missing-title">
          {missingKeyIds.length === 0 ? 'Add a key' : `${countOf(missingKeyIds.length, 'key')} missing`}
        </h3>
        {missingKeyIds.length === 0 ? (
          <p>All that is here can be read. When the owner changes the key, ask a member for the new one.</p>
        ) : (
          <>
            <p>
              Ask the owner or a member for the text of {missingKeyIds.length === 1 ? 'this key' : 'these keys'}, and
              add it below.
            </p>
            <ul class="plain-list">
              {missingKeyIds.map((id) => (
                <li key={id}>
                  <Copyable text={id} label="Key id" />
                </li>
              ))}
            </ul>
          </>
        )}
        <AddKey community={community} />
      </section>
      <HandOut community={community} />
    </>
  )
}

function AddKey({ community }: { community: CommunityView }) {
  const app = useApp()
  const text = useSignal('')
  const error = useSignal<ErrorView | undefined>(undefined)
  const submit = async (event: Event) => {
    event.preventDefault()
    if (text.peek().trim() === '') return
    error.value = await app.history.keys.addGroupKey(community.id, text.peek().trim())
    if (error.peek() !== undefined) return
    text.value = ''
    app.announce('The key was added')
  }
  return (
    <form class="form" onSubmit={(event) => void submit(event)}>
      <label class="form-field">
        <span>Text of the key</span>
        <textarea
          class="field mono"
          rows={3}
          spellcheck={false}
          autocomplete="off"
          value={text.value}
          aria-invalid={error.value === undefined ? undefined : true}
          aria-describedby={error.value === undefined ? undefined : 'group-key-error'}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value
            error.value = undefined
          }}
        />
      </label>
      <div class="button-row">
        <button type="submit" class="button">
          Add the key
        </button>
      </div>
      <FieldError id="group-key-error" error={error.value} />
    </form>
  )
}

function HandOut({ community }: { community: CommunityView }) {
  const { keys } = useApp().history
  const text = useSignal<string | undefined>(undefined)
  const error = useSignal<ErrorView | undefined>(undefined)
  const show = async () => {
    const result = await keys.groupKeys(community.id)
    if (typeof result === 'string') text.value = result
    else error.value = result.error
  }
  const held = text.value
  return (
    <section class="side-part" aria-labelledby="hand-out-title">
      <h3 id="hand-out-title">Let somebody read</h3>
      <p>
        Whoever gets these keys can read what is encrypted with them, and nobody can take that back. They cannot
        publish.
      </p>
      {held === undefined ? (
        <div class="button-row">
          <button type="button" class="button" onClick={() => void show()}>
            Show the keys
          </button>
        </div>
      ) : (
        <>
          {held.trim() === '' ? (
            <p>No key is held here.</p>
          ) : (
            <textarea class="field mono" rows={4} readOnly aria-label="Keys" value={held} />
          )}
          <div class="button-row">
            <CopyButton text={held} label="Keys" words="Copy the keys" />
            <button type="button" class="button" onClick={() => (text.value = undefined)}>
              Hide
            </button>
          </div>
        </>
      )}
      <FieldError id="hand-out-error" error={error.value} />
    </section>
  )
}
