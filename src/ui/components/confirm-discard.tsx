import { useApp } from '../app-context.ts'
import { formatBytes } from '../format/bytes.ts'
import { displayName } from '../format/names.ts'
import { Modal } from './modal.tsx'

/** Asks before what was added of a file is given up, and says what is lost. */
export function ConfirmDiscard() {
  const { discarding } = useApp()
  const question = discarding.value
  if (question === undefined) return null
  const { name, storedBytes, isRunning } = question
  const close = () => (discarding.value = undefined)
  const confirm = () => {
    close()
    question.confirm()
  }
  return (
    <Modal labelledBy="discard-title" onClose={close}>
      <h2 id="discard-title">{isRunning ? 'Stop adding this file?' : 'Remove what was added?'}</h2>
      <p class="dialog-name" dir="auto">
        {displayName(name)}
      </p>
      <p>
        The {formatBytes(storedBytes)} that were added so far are removed from Quire. The original file on your disk
        stays.
      </p>
      <div class="button-row button-row-end">
        <button type="button" class="button" onClick={close}>
          {isRunning ? 'Go on adding' : 'Keep it'}
        </button>
        <button type="button" class="button button-primary" onClick={confirm}>
          {isRunning ? 'Stop' : 'Remove'}
        </button>
      </div>
    </Modal>
  )
}
