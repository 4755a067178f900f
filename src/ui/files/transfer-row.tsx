import type { TransferView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { ErrorBox } from '../components/error-box.tsx'
import { FileName } from '../components/file-name.tsx'
import { Icon } from '../components/icon.tsx'
import { ProgressLine } from '../components/progress-line.tsx'
import { displayName, shortenMiddle } from '../format/names.ts'
import { isRunning, sentenceOfTransfer } from '../format/words.ts'
import { transferRowId } from './element-ids.ts'
import { TransferButtons } from './transfer-buttons.tsx'

/** One transfer: its name, what it does now, its bar, and the ways to pause and stop it. */
export function TransferRow({ transfer }: { transfer: TransferView }) {
  const { router } = useApp()
  const { cid, id } = transfer
  return (
    <li id={transferRowId(id)} class="row transfer-row">
      <div class="transfer-head">
        {cid === undefined ? (
          <TransferName transfer={transfer} />
        ) : (
          <button type="button" class="name-button" onClick={() => router.showDataset(cid)}>
            <TransferName transfer={transfer} />
          </button>
        )}
        <TransferButtons transfer={transfer} />
      </div>
      <TransferState transfer={transfer} />
    </li>
  )
}

/** What a transfer does now: a sentence and a bar, or its error. */
export function TransferState({ transfer }: { transfer: TransferView }) {
  const { phase } = transfer
  if (phase.state === 'failed') return <FailedTransfer transfer={transfer} />
  const { text, tone } = sentenceOfTransfer(transfer)
  return (
    <>
      <p class={`sentence sentence-${phase.state === 'done' ? 'done' : tone}`}>{text}</p>
      {isRunning(transfer) ? (
        <ProgressLine transfer={transfer} label={`${displayName(transfer.name)}: ${text}`} />
      ) : null}
    </>
  )
}

function TransferName({ transfer }: { transfer: TransferView }) {
  // Before the manifest has come, the CID is all there is to call it by.
  if (transfer.name === transfer.cid) return <span class="mono file-name">{shortenMiddle(transfer.name)}</span>
  return <FileName name={transfer.name} />
}

function FailedTransfer({ transfer }: { transfer: TransferView }) {
  const { files } = useApp()
  const { phase, cid, kind } = transfer
  if (phase.state !== 'failed') return null
  return (
    <ErrorBox error={phase.error}>
      {kind === 'fetch' && cid !== undefined ? (
        <button type="button" class="button" onClick={() => void files.fetchAgain(cid)}>
          <Icon name="retry" />
          Try again
        </button>
      ) : null}
      <button type="button" class="button" onClick={() => void files.dismiss(transfer.id)}>
        Dismiss
      </button>
    </ErrorBox>
  )
}
