import type { InterruptedUploadView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { FileName } from '../components/file-name.tsx'
import { Icon } from '../components/icon.tsx'
import { formatBytes, percentOf } from '../format/bytes.ts'
import { displayName } from '../format/names.ts'
import { ADD_FILES_ID } from './element-ids.ts'

/** An upload that was cut off: how far it came, and how it goes on. */
export function InterruptedRow({ upload }: { upload: InterruptedUploadView }) {
  const { files, discarding } = useApp()
  const { name, storedBytes, sizeBytes } = upload
  const shown = displayName(name)
  const percent = percentOf(storedBytes, sizeBytes) ?? 0
  const discard = () => {
    const confirm = () => void files.discardUpload(upload)
    discarding.value = { name, storedBytes, isRunning: false, confirm }
  }
  return (
    <li class="row transfer-row interrupted-row">
      <div class="transfer-head">
        <FileName name={name} />
        <div class="transfer-buttons">
          <button
            type="button"
            class="button"
            aria-label={`Choose the file ${shown} again`}
            onClick={() => document.getElementById(ADD_FILES_ID)?.click()}
          >
            <Icon name="add" />
            <span class="button-word">Choose the file</span>
          </button>
          <button type="button" class="button" aria-label={`Remove what was added of ${shown}`} onClick={discard}>
            <Icon name="trash" />
            <span class="button-word">Remove</span>
          </button>
        </div>
      </div>
      <p class="sentence sentence-waiting">
        {formatBytes(storedBytes)} of {formatBytes(sizeBytes)} were added before it was interrupted. Give the same file
        again to go on.
      </p>
      <progress
        class="progress progress-waiting"
        aria-label={`${shown}: added before it was interrupted`}
        max={100}
        value={percent}
      />
    </li>
  )
}
