import { useApp } from '../app-context.ts'
import { Copyable } from '../components/copyable.tsx'
import { Icon } from '../components/icon.tsx'
import { formatBytes } from '../format/bytes.ts'
import { displayName } from '../format/names.ts'
import { isRunning } from '../format/words.ts'
import { DetailsHead } from './details-head.tsx'
import { TransferButtons } from './transfer-buttons.tsx'
import { TransferState } from './transfer-row.tsx'

/** The details of a CID of which nothing is here yet. */
export function UnknownDetails({ cid }: { cid: string }) {
  const { chosenTransfer, files } = useApp()
  const transfer = chosenTransfer.value
  const hasName = transfer !== undefined && transfer.name !== cid
  const isComing = transfer !== undefined && isRunning(transfer)
  return (
    <>
      <DetailsHead>{hasName ? displayName(transfer.name) : 'A shared file'}</DetailsHead>
      {transfer?.totalBytes === undefined ? null : (
        <p class="details-fact numbers">{formatBytes(transfer.totalBytes)}</p>
      )}
      {transfer === undefined ? (
        <p>This file is not on this device.</p>
      ) : (
        <div class="details-transfer">
          <TransferState transfer={transfer} />
        </div>
      )}
      <div class="button-row">
        {isComing ? <TransferButtons transfer={transfer} /> : null}
        {isComing || transfer?.phase.state === 'failed' ? null : (
          <button type="button" class="button button-primary" onClick={() => void files.fetchAgain(cid)}>
            <Icon name="save" />
            Fetch
          </button>
        )}
      </div>
      <dl class="facts">
        <div>
          <dt>CID</dt>
          <dd>
            <Copyable text={cid} label="CID" />
          </dd>
        </div>
      </dl>
    </>
  )
}
