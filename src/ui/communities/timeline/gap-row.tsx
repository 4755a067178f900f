/** A span that is not shown: why, and what can be done about it. */
import { ErrorBox } from '../../components/error-box.tsx'
import { Icon } from '../../components/icon.tsx'
import type { GapView } from '../../../rpc/history-api.ts'
import type { GapFetch } from './gap-fetches.ts'
import { sentenceOfGap } from './gap-words.ts'
import { useScope } from './timeline-scope.ts'
import { formatSpan } from './timeline-time.ts'

export function GapRow({ gap }: { gap: GapView }) {
  const { gaps } = useScope()
  const fetch = gaps.fetchOf(gap)
  const isFetching = fetch?.state === 'fetching' || gap.reason === 'fetching'
  const words = sentenceOfGap(isFetching ? 'fetching' : gap.reason)
  return (
    <li class="gap" data-row={gap.id} tabIndex={-1}>
      <div class={`gap-box gap-${words.tone}`}>
        <p class="gap-span numbers">{formatSpan(gap.fromMs, gap.toMs)}</p>
        <p class="gap-title">{words.text}</p>
        {words.advice === undefined ? null : <p class="quiet">{words.advice}</p>}
        {isFetching ? <progress class="progress" aria-label={`Fetching ${formatSpan(gap.fromMs, gap.toMs)}`} /> : null}
        {fetch?.state === 'failed' ? <ErrorBox error={fetch.error} /> : null}
        <GapButtons gap={gap} fetch={fetch} isFetching={isFetching} />
      </div>
    </li>
  )
}

interface GapButtonsProps {
  readonly gap: GapView
  readonly fetch: GapFetch | undefined
  readonly isFetching: boolean
}

function GapButtons({ gap, fetch, isFetching }: GapButtonsProps) {
  const { gaps } = useScope()
  const { reason, archiveCount } = gap
  const canFetch = reason === 'not-fetched' || reason === 'nobody-has-it' || reason === 'damaged'
  const isAll = fetch?.state === 'fetching' && fetch.isAll
  return (
    <div class="button-row">
      {fetch?.state === 'fetching' ? (
        <button type="button" class="button" onClick={() => gaps.stopFetch(gap)}>
          <Icon name="stop" />
          Stop
        </button>
      ) : null}
      {canFetch && !isAll && (archiveCount > 1 || !isFetching) ? (
        <button type="button" class="button" onClick={() => gaps.fetchAll(gap)}>
          <Icon name={reason === 'not-fetched' ? 'save' : 'retry'} />
          {fetchWords(reason, archiveCount)}
        </button>
      ) : null}
    </div>
  )
}

function fetchWords(reason: GapView['reason'], archiveCount: number): string {
  if (reason !== 'not-fetched') return 'Look again'
  return archiveCount > 1 ? `Fetch all ${archiveCount} parts` : 'Fetch it now'
}
