import type { DatasetView, TransferView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { FileName } from '../components/file-name.tsx'
import { Icon } from '../components/icon.tsx'
import { OpenContent } from '../components/open-content.tsx'
import { formatBytes } from '../format/bytes.ts'
import { displayName } from '../format/names.ts'
import { formatMoment, formatWhen } from '../format/time.ts'
import { isRunning, sentenceOfDataset } from '../format/words.ts'

interface DatasetRowProps {
  readonly dataset: DatasetView
  /** What happens with it now. */
  readonly transfer: TransferView | undefined
  readonly isChosen: boolean
}

/** One dataset: name, state, size, when it came; a click shows the rest at the side. */
export function DatasetRow({ dataset, transfer, isChosen }: DatasetRowProps) {
  const { router } = useApp()
  const { name, sizeBytes, addedAtMs, cid } = dataset
  const { text, tone } = sentenceOfDataset(dataset, transfer)
  return (
    <li class={isChosen ? 'row dataset-row row-chosen' : 'row dataset-row'}>
      <button
        type="button"
        class="row-button"
        aria-expanded={isChosen}
        onKeyDown={moveFocus}
        onClick={() => router.showDataset(isChosen ? undefined : cid)}
      >
        <FileName name={name} />
        <span class={`dataset-state sentence-${tone}`}>
          {tone === 'verified' ? <Icon name="check" /> : null}
          {text}
        </span>
        <span class="dataset-size numbers">{formatBytes(sizeBytes)}</span>
        <time class="dataset-when numbers" dateTime={new Date(addedAtMs).toISOString()} title={formatMoment(addedAtMs)}>
          {formatWhen(addedAtMs, Date.now())}
        </time>
      </button>
      <DatasetButtons dataset={dataset} isComing={transfer !== undefined && isRunning(transfer)} />
    </li>
  )
}

function DatasetButtons({ dataset, isComing }: { dataset: DatasetView; isComing: boolean }) {
  const { files, deleting, device } = useApp()
  const { isPinned } = dataset
  const name = displayName(dataset.name)
  const copyLink = async () => {
    const link = await files.shareLink(dataset)
    if (link !== undefined) await files.copy(link, 'Link')
  }
  return (
    <div class="dataset-buttons">
      <OpenContent dataset={dataset} />
      <button
        type="button"
        class="button button-quiet"
        title="Copy the link"
        aria-label={`Copy the link of ${name}`}
        onClick={() => void copyLink()}
      >
        <Icon name="link" />
      </button>
      {dataset.isComplete ? (
        <button
          type="button"
          class="button button-quiet"
          title="Save to disk"
          aria-label={`Save ${name} to disk`}
          onClick={() => void files.save(dataset)}
        >
          <Icon name="save" />
        </button>
      ) : isComing ? null : (
        <button
          type="button"
          class="button button-quiet"
          title="Fetch the rest"
          aria-label={`Fetch the rest of ${name}`}
          onClick={() => void files.fetchAgain(dataset.cid)}
        >
          <Icon name="retry" />
        </button>
      )}
      <button
        type="button"
        class="button button-quiet pin-button"
        title={isPinned ? 'Pinned: it stays. Press to let it go when room is needed' : 'Pin, so that it stays'}
        aria-label={`Pin ${name}`}
        aria-pressed={isPinned}
        onClick={() => void device.space.setPinned(dataset, !isPinned)}
      >
        <Icon name="pin" />
      </button>
      <button
        type="button"
        class="button button-quiet"
        title="Delete"
        aria-label={`Delete ${name}`}
        onClick={() => (deleting.value = dataset)}
      >
        <Icon name="trash" />
      </button>
    </div>
  )
}

/** Up and down go from row to row. */
function moveFocus(event: KeyboardEvent): void {
  if (!(event.currentTarget instanceof HTMLElement)) return
  const row = event.currentTarget.closest('.row')
  const next = event.key === 'ArrowDown' ? row?.nextElementSibling : row?.previousElementSibling
  const button = next?.querySelector<HTMLElement>('.row-button')
  if ((event.key !== 'ArrowDown' && event.key !== 'ArrowUp') || !button) return
  event.preventDefault()
  button.focus()
}
