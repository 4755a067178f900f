import type { NodeStatus } from '../../rpc/api.ts'
import { Icon } from '../components/icon.tsx'
import { countOf, formatCount } from '../format/bytes.ts'

/** Said where there are more datasets to announce than a browser should; nothing otherwise. */
export function AnnounceWarning({ status }: { status: NodeStatus }) {
  const { wantedCount, announcedCount, maxCount } = status.announcing
  if (wantedCount <= maxCount) return null
  return (
    <div class="error-box" role="note" aria-labelledby="announce-warning-title">
      <Icon name="warning" />
      <div class="error-words">
        <p id="announce-warning-title" class="error-title">
          The newest {formatCount(announcedCount)} of {countOf(wantedCount, 'file')} are announced
        </p>
        <p>
          Keepers are told of each again and again, so more would take too much of this device’s line and of theirs.
          Links to the other files work all the same; by their CID alone they are not found here. Switch “Announce this”
          off in the details of files that nobody looks for, or keep the files on a keeper of your own.
        </p>
      </div>
    </div>
  )
}
