import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { ErrorView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { FieldError } from '../components/field-error.tsx'
import { Icon } from '../components/icon.tsx'

/** Takes the text file of a key, and asks for its passphrase where it has one. */
export function ImportKey() {
  const app = useApp()
  const { keys } = app.history
  const input = useRef<HTMLInputElement>(null)
  const file = useSignal<File | undefined>(undefined)
  const passphrase = useSignal('')
  const error = useSignal<ErrorView | undefined>(undefined)
  const take = async (given: File) => {
    const result = await keys.importFile(given, passphrase.peek())
    if ('error' in result) {
      const isWrapped = result.error.code === 'ERR_PASSPHRASE_WRONG'
      // To be asked for a passphrase is no failure; a wrong one is.
      error.value = isWrapped && passphrase.peek() === '' ? undefined : result.error
      file.value = isWrapped ? given : undefined
      return
    }
    error.value = undefined
    file.value = undefined
    passphrase.value = ''
    app.announce('The key is on this device now')
    if (result.what !== 'person') app.router.showCommunity({ id: result.what })
  }
  const choose = (event: Event) => {
    if (!(event.currentTarget instanceof HTMLInputElement)) return
    const [chosen] = event.currentTarget.files ?? []
    // The same file chosen twice in a row must count as a change.
    event.currentTarget.value = ''
    passphrase.value = ''
    if (chosen !== undefined) void take(chosen)
  }
  const submit = (event: Event) => {
    event.preventDefault()
    const wrapped = file.peek()
    if (wrapped !== undefined && passphrase.peek() !== '') void take(wrapped)
  }
  const isAsking = file.value !== undefined
  return (
    <section class="card card-wide" aria-labelledby="import-key-title">
      <h2 id="import-key-title">A key from another device</h2>
      <p>Choose the text file that a key was saved to: yours, or that of a community that you own.</p>
      <form class="small-form" onSubmit={submit}>
        <button type="button" class="button" onClick={() => input.current?.click()}>
          <Icon name="key" />
          Choose a key file
        </button>
        <input ref={input} type="file" accept=".txt,text/plain" hidden aria-label="Key file" onChange={choose} />
        {isAsking ? (
          <>
            <label class="small-field">
              <span>Passphrase of {file.value?.name}</span>
              <input
                class="field"
                type="password"
                autocomplete="off"
                value={passphrase.value}
                onInput={({ currentTarget }) => (passphrase.value = currentTarget.value)}
              />
            </label>
            <button type="submit" class="button button-primary">
              Import
            </button>
          </>
        ) : null}
        <FieldError id="import-key-error" error={error.value} />
      </form>
    </section>
  )
}
