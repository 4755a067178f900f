/** The line of a new day; on it, whether the week’s archive was checked. */
import { Icon } from '../../components/icon.tsx'
import { countOf } from '../../format/bytes.ts'
import type { ArchiveView } from '../../../rpc/history-api.ts'
import { useScope } from './timeline-scope.ts'
import { formatDay, formatSpan } from './timeline-time.ts'

export function DayRow({ atMs }: { atMs: number }) {
  const { archives } = useScope()
  const archive = archives.value.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)
  return (
    <li class="day">
      <h3 class="day-words">{formatDay(atMs, Date.now())}</h3>
      <WeekMark archive={archive} />
    </li>
  )
}

function WeekMark({ archive }: { archive: ArchiveView | undefined }) {
  if (archive === undefined || archive.state !== 'held') return null
  const { fromMs, toMs, messageCount } = archive
  const count = messageCount === undefined ? '' : `, ${countOf(messageCount, 'message')}`
  const words = `Archive of ${formatSpan(fromMs, toMs)}${count}: published by the community’s owner and checked here, block by block.`
  return (
    <span class="week-mark" title={words}>
      <Icon name="check" />
      <span class="unseen">{words}</span>
    </span>
  )
}
