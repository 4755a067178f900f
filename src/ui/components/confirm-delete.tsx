import type { DatasetView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { formatBytes } from '../format/bytes.ts'
import { displayName } from '../format/names.ts'
import { Modal } from './modal.tsx'

/** Asks before a dataset is deleted, and says what is lost. */
export function ConfirmDelete() {
  const { deleting, files } = useApp()
  const dataset = deleting.value
  if (dataset === undefined) return null
  const close = () => (deleting.value = undefined)
  const confirm = () => {
    close()
    void files.delete(dataset)
  }
  return (
    <Modal labelledBy="delete-title" onClose={close}>
      <h2 id="delete-title">Delete from this device?</h2>
      <p class="dialog-name" dir="auto">
        {displayName(dataset.name)}
      </p>
      <p>{whatIsLost(dataset)}</p>
      <div class="button-row button-row-end">
        <button type="button" class="button" onClick={close}>
          Keep it
        </button>
        <button type="button" class="button button-primary" onClick={confirm}>
          Delete
        </button>
      </div>
    </Modal>
  )
}

function whatIsLost({ origin, isComplete, sizeBytes }: DatasetView): string {
  const size = formatBytes(sizeBytes)
  if (origin === 'upload') {
    return `This frees up to ${size} in Quire; the original file on your disk stays. Its link then works only while someone who fetched it is online.`
  }
  if (!isComplete) return 'What arrived so far is lost. You can fetch it again while someone who has it is online.'
  return `This frees up to ${size}. A copy that you saved to disk stays. You can fetch it again while someone who has it is online.`
}
