import type { NodeStatus } from '../../rpc/api.ts'
import { Icon } from '../components/icon.tsx'
import { countOf, formatCount } from '../format/bytes.ts'

/** Said where more datasets are announced than a browser should; nothing otherwise. */
export function AnnounceWarning({ status }: { status: NodeStatus }) {
  const { announcedCount, maxCount } = status.announcing
  if (announcedCount <= maxCount) return null
  return (
    <div class="error-box" role="note" aria-labelledby="announce-warning-title">
      <Icon name="warning" />
      <div class="error-words">
        <p id="announce-warning-title" class="error-title">
          {countOf(announcedCount, 'file')} are announced; up to {formatCount(maxCount)} is fair for a browser
        </p>
        <p>
          Each is told to keepers again and again, which takes of this device’s line and theirs. Everything still works.
          Switch “Announce this” off in the details of files that nobody looks for by CID alone: links to them go on
          working.
        </p>
      </div>
    </div>
  )
}
