import type { DatasetView, TransferView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { Copyable } from '../components/copyable.tsx'
import { Icon } from '../components/icon.tsx'
import { OpenContent } from '../components/open-content.tsx'
import { countOf, formatBytes } from '../format/bytes.ts'
import { displayName } from '../format/names.ts'
import { formatMoment } from '../format/time.ts'
import { isRunning, sentenceOfDataset } from '../format/words.ts'
import { AnnounceSwitch } from './announce-switch.tsx'
import { BlockMap } from './block-map.tsx'
import { DetailsHead } from './details-head.tsx'
import { PinSwitch } from './pin-switch.tsx'
import { SharePanel } from './share-panel.tsx'
import { TransferButtons } from './transfer-buttons.tsx'
import { TransferState } from './transfer-row.tsx'

/** Everything about one dataset, and everything that can be done with it. */
export function DatasetDetails({ dataset }: { dataset: DatasetView }) {
  const { chosenTransfer, deleting } = useApp()
  const transfer = chosenTransfer.value
  return (
    <>
      <DetailsHead>{displayName(dataset.name)}</DetailsHead>
      <p class="details-fact numbers">
        {formatBytes(dataset.sizeBytes)}
        {dataset.mediaType === undefined ? '' : ` · ${displayName(dataset.mediaType)}`}
      </p>
      {dataset.isComplete || transfer === undefined ? <HereLine dataset={dataset} /> : null}
      {transfer === undefined || isTold(dataset, transfer) ? null : (
        <div class="details-transfer">
          <TransferState transfer={transfer} />
        </div>
      )}
      <MainButtons dataset={dataset} transfer={transfer} />
      {dataset.isComplete ? null : (
        <BlockMap cid={dataset.cid} isLive={transfer !== undefined && isRunning(transfer)} />
      )}
      <SharePanel dataset={dataset} />
      <PinSwitch dataset={dataset} />
      <AnnounceSwitch dataset={dataset} />
      <Facts dataset={dataset} />
      <div class="button-row">
        <button type="button" class="button button-quiet" onClick={() => (deleting.value = dataset)}>
          <Icon name="trash" />
          Delete from this device
        </button>
      </div>
    </>
  )
}

/** What brought a complete dataset here says nothing that its green line does not. */
function isTold({ isComplete }: DatasetView, { kind, phase }: TransferView): boolean {
  return isComplete && kind !== 'save' && phase.state !== 'failed'
}

/** Green only where every block was checked. */
function HereLine({ dataset }: { dataset: DatasetView }) {
  const { text, tone } = sentenceOfDataset(dataset)
  if (tone !== 'verified') return <p class={`sentence sentence-${tone} numbers`}>{text}</p>
  const words = dataset.origin === 'upload' ? 'Complete, added from this device' : 'Complete, every block verified'
  return (
    <p class="sentence sentence-verified">
      <Icon name="check" />
      {words}
    </p>
  )
}

function MainButtons({ dataset, transfer }: { dataset: DatasetView; transfer: TransferView | undefined }) {
  const { files } = useApp()
  const isBusy = transfer !== undefined && isRunning(transfer)
  if (isBusy) {
    return (
      <div class="button-row">
        <TransferButtons transfer={transfer} />
        <OpenContent dataset={dataset} isWorded />
      </div>
    )
  }
  return (
    <div class="button-row">
      {dataset.isComplete ? (
        <button type="button" class="button button-primary" onClick={() => void files.save(dataset)}>
          <Icon name="save" />
          Save to disk
        </button>
      ) : transfer?.phase.state === 'failed' ? null : (
        <button type="button" class="button button-primary" onClick={() => void files.fetchAgain(dataset.cid)}>
          <Icon name="retry" />
          {dataset.haveCount === 0 ? 'Fetch' : 'Fetch the rest'}
        </button>
      )}
      <OpenContent dataset={dataset} isWorded />
    </div>
  )
}

function Facts({ dataset }: { dataset: DatasetView }) {
  const { cid, treeCid, blockCount, blockSizeBytes, origin, addedAtMs, isComplete } = dataset
  return (
    <dl class="facts">
      <div>
        <dt>CID</dt>
        <dd>
          <Copyable text={cid} label="CID" />
        </dd>
      </div>
      <div>
        <dt>Tree CID</dt>
        <dd>
          <Copyable text={treeCid} label="Tree CID" />
        </dd>
      </div>
      <div>
        <dt>{origin === 'upload' ? 'Added' : isComplete ? 'Fetched' : 'Begun'}</dt>
        <dd class="numbers">{formatMoment(addedAtMs)}</dd>
      </div>
      <div>
        <dt>Blocks</dt>
        <dd class="numbers">
          {countOf(blockCount, 'block')} of {formatBlockSize(blockSizeBytes)}
        </dd>
      </div>
    </dl>
  )
}

/** Block sizes are powers of two, and are called so in the field: “64 KiB”. */
function formatBlockSize(blockSizeBytes: number): string {
  return `${blockSizeBytes / 1024} KiB`
}
