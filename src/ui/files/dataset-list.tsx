import { useSignal } from '@preact/signals'
import type { DatasetView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { countOf, formatBytes, formatCount } from '../format/bytes.ts'
import { transferOf } from '../state/node-snapshot.ts'
import { hashOf } from '../state/route.ts'
import { DatasetRow } from './dataset-row.tsx'

/** A list of thousands is drawn in portions: no one reads row 500 without having scrolled there. */
const PORTION = 200

/** What is on this device, newest first. */
export function DatasetList({ datasets }: { datasets: readonly DatasetView[] }) {
  const { router, snapshot } = useApp()
  const { transfers, status } = snapshot.value
  const { wantedCount = 0, announcedCount = 0 } = status?.announcing ?? {}
  const isTooMany = wantedCount > announcedCount
  const shownCount = useSignal(PORTION)
  const shown = datasets.slice(0, shownCount.value)
  const moreCount = datasets.length - shown.length
  const storedBytes = datasets.reduce((sum, dataset) => sum + storedBytesOf(dataset), 0)
  return (
    <section aria-labelledby="datasets-title">
      <div class="section-head">
        <h2 id="datasets-title" class="section-title">
          On this device
        </h2>
        <p class="quiet numbers">
          {countOf(datasets.length, 'file')}, {formatBytes(storedBytes)}
        </p>
      </div>
      {isTooMany ? (
        <p class="announced-line">
          The newest {formatCount(announcedCount)} are announced to the network.{' '}
          <a href={hashOf({ place: 'network' })}>Why, and what to do</a>
        </p>
      ) : null}
      <ul class="rows dataset-rows">
        {shown.map((dataset) => (
          <DatasetRow
            key={dataset.cid}
            dataset={dataset}
            transfer={transferOf(transfers, dataset.cid)}
            isChosen={dataset.cid === router.route.value.cid}
          />
        ))}
      </ul>
      {moreCount === 0 ? null : (
        <button type="button" class="button more-button" onClick={() => (shownCount.value += PORTION)}>
          Show {countOf(Math.min(PORTION, moreCount), 'more file')}
        </button>
      )}
    </section>
  )
}

/** Of a partial dataset only what is here, to a block. */
function storedBytesOf({ isComplete, sizeBytes, haveCount, blockSizeBytes }: DatasetView): number {
  return isComplete ? sizeBytes : Math.min(sizeBytes, haveCount * blockSizeBytes)
}
