import type { TransferView } from '../../rpc/api.ts'
import { formatProgress, formatRate, percentOf } from '../format/bytes.ts'
import { useApp } from '../app-context.ts'
import { formatTimeLeft } from '../format/time.ts'
import { RatePlot } from './rate-plot.tsx'

/** A transfer’s bar, with what is done, the rate, the time left and the rate’s last minute under it. */
export function ProgressLine({ transfer, label }: { transfer: TransferView; label: string }) {
  const { rates } = useApp()
  const { doneBytes, totalBytes, phase } = transfer
  const percent = percentOf(doneBytes, totalBytes)
  const isMoving = phase.state === 'moving'
  const facts = [
    ...(doneBytes > 0 || totalBytes !== undefined ? [formatProgress(doneBytes, totalBytes)] : []),
    ...(isMoving && transfer.bytesPerSecond > 0 ? [formatRate(transfer.bytesPerSecond)] : []),
    ...(isMoving ? [formatTimeLeft(transfer.secondsLeft)].filter((text) => text !== undefined) : []),
  ]
  return (
    <div class="progress-line">
      <progress
        class={phase.state === 'waiting' ? 'progress progress-waiting' : 'progress'}
        aria-label={label}
        max={100}
        {...(percent === undefined ? {} : { value: percent })}
      />
      <p class="progress-facts numbers">
        <span class="progress-amounts">{facts.join(' · ')}</span>
        {isMoving ? <RatePlot rates={rates.of(transfer.id)} /> : null}
        {percent === undefined ? null : <span class="progress-percent">{percent} %</span>}
      </p>
    </div>
  )
}
