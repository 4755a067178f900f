import type { DatasetView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'

const NOTE_ID = 'announce-note'

/** Whether the network is told that a dataset is here, and what that means. */
export function AnnounceSwitch({ dataset }: { dataset: DatasetView }) {
  const { network } = useApp()
  return (
    <section class="announce" aria-label="Announcing">
      <label class="announce-label">
        <input
          type="checkbox"
          checked={dataset.isAnnounced}
          aria-describedby={NOTE_ID}
          onChange={({ currentTarget }) => void network.setAnnounced(dataset, currentTarget.checked)}
        />
        Announce this
      </label>
      <p id={NOTE_ID} class="quiet">
        {noteOf(dataset)}
      </p>
    </section>
  )
}

function noteOf({ isAnnounced, isComplete }: DatasetView): string {
  if (!isAnnounced) {
    return 'Keepers are not told that it is here. A link from this page still works, and devices that are connected may still fetch it. What keepers were told before ends within about an hour.'
  }
  const when = isComplete ? 'Keepers are told' : 'As soon as there is enough to fetch from it, keepers are told'
  return `${when} that this file is here, so whoever has its CID finds this browser, also without a link from here.`
}
