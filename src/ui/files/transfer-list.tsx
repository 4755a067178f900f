import { useApp } from '../app-context.ts'
import { Icon } from '../components/icon.tsx'
import { countOf } from '../format/bytes.ts'
import { InterruptedRow } from './interrupted-row.tsx'
import { NotAddedRow } from './not-added-row.tsx'
import { TransferRow } from './transfer-row.tsx'

/** Everything that runs, waits, or failed and wants an answer. */
export function TransferList() {
  const { shownTransfers, shownInterrupted, shownNotAdded, files } = useApp()
  const transfers = shownTransfers.value
  const waitingCount = files.queue.waiting.value.length
  const interrupted = shownInterrupted.value
  const count = transfers.length + waitingCount + interrupted.length + shownNotAdded.value.length
  if (count === 0) return null
  return (
    <section aria-labelledby="transfers-title">
      <h2 id="transfers-title" class="section-title">
        On the way
      </h2>
      <ul class="rows">
        {transfers.map((transfer) => (
          <TransferRow key={transfer.id} transfer={transfer} />
        ))}
        {waitingCount === 0 ? null : (
          <li class="row queue-row">
            <span class="quiet numbers">{countOf(waitingCount, 'more file')} to add after that</span>
            <button type="button" class="button" onClick={() => files.queue.clear()}>
              <Icon name="stop" />
              {waitingCount === 1 ? 'Leave it out' : 'Leave them out'}
            </button>
          </li>
        )}
        {interrupted.map((upload) => (
          <InterruptedRow key={upload.id} upload={upload} />
        ))}
        <NotAddedRow />
      </ul>
    </section>
  )
}
