import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { Icon } from '../components/icon.tsx'
import { formatBytes } from '../format/bytes.ts'
import { displayName } from '../format/names.ts'

/** Takes a backup, and what is to be done with the keys in it. */
export function RestoreBackup() {
  const { backup } = useApp().device
  const input = useRef<HTMLInputElement>(null)
  const chosen = backup.chosen.value
  const take = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    const file = currentTarget.files?.[0]
    if (file !== undefined) backup.choose(file)
    // The same file chosen twice in a row must count as a change.
    currentTarget.value = ''
  }
  return (
    <>
      {chosen === undefined ? (
        <button type="button" class="button" onClick={() => input.current?.click()}>
          <Icon name="folder" />
          Restore a backup
        </button>
      ) : (
        <ChosenBackup file={chosen} />
      )}
      <input ref={input} type="file" hidden accept=".quire" aria-label="Backup to restore" onChange={take} />
    </>
  )
}

function ChosenBackup({ file }: { file: File }) {
  const { backup } = useApp().device
  const passphrase = useSignal('')
  const takesPeerKey = useSignal(false)
  const submit = (event: Event) => {
    event.preventDefault()
    const isLocked = passphrase.peek() !== ''
    void backup.restore(file, {
      takesPeerKey: takesPeerKey.peek(),
      ...(isLocked ? { passphrase: passphrase.peek() } : {}),
    })
  }
  return (
    <form class="backup-form" aria-label="Restore a backup" onSubmit={submit}>
      <p>
        <strong dir="auto">{displayName(file.name)}</strong> <span class="numbers">({formatBytes(file.size)})</span>
      </p>
      <p class="quiet">What is here stays. What the backup has is added, each block checked.</p>
      <label class="backup-field">
        <span>Passphrase of its keys, if it has one</span>
        <input
          class="field"
          type="password"
          autocomplete="off"
          value={passphrase.value}
          onInput={({ currentTarget }) => (passphrase.value = currentTarget.value)}
        />
      </label>
      <label class="announce-label">
        <input
          type="checkbox"
          checked={takesPeerKey.value}
          aria-describedby="peer-key-note"
          onChange={({ currentTarget }) => (takesPeerKey.value = currentTarget.checked)}
        />
        Take the place of the device that made it
      </label>
      <p id="peer-key-note" class="quiet">
        Links that were made there then find this browser, from the next start on. Only for a device that is no longer
        used: two at a time must not run as one.
      </p>
      <div class="button-row">
        <button type="submit" class="button button-primary">
          Restore
        </button>
        <button type="button" class="button" onClick={() => backup.choose(undefined)}>
          Not now
        </button>
      </div>
    </form>
  )
}
