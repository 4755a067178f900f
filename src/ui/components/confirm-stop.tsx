import { useApp } from '../app-context.ts'
import { formatBytes } from '../format/bytes.ts'
import { displayName } from '../format/names.ts'
import { Modal } from './modal.tsx'

/** Asks before an upload is stopped, and says what is lost. */
export function ConfirmStop() {
  const { stopping, files } = useApp()
  const transfer = stopping.value
  if (transfer === undefined) return null
  const close = () => (stopping.value = undefined)
  const confirm = () => {
    close()
    void files.stop(transfer.id)
  }
  return (
    <Modal labelledBy="stop-title" onClose={close}>
      <h2 id="stop-title">Stop adding this file?</h2>
      <p class="dialog-name" dir="auto">
        {displayName(transfer.name)}
      </p>
      <p>
        The {formatBytes(transfer.doneBytes)} that were added so far are removed from Quire. The original file on your
        disk stays.
      </p>
      <div class="button-row button-row-end">
        <button type="button" class="button" onClick={close}>
          Go on adding
        </button>
        <button type="button" class="button button-primary" onClick={confirm}>
          Stop
        </button>
      </div>
    </Modal>
  )
}
