import { formatRate } from '../format/bytes.ts'
import { HISTORY_SECONDS } from '../state/rate-history.ts'

const HEIGHT = 24
const WIDTH = 2 * (HISTORY_SECONDS - 1)
const FRAME = {
  class: 'rate-plot',
  viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
  width: WIDTH,
  height: HEIGHT,
  // On a phone it is as wide as its row.
  preserveAspectRatio: 'none',
} as const

/** The rate of the last minute as a line over its area, on a base as long as the minute; the newest value is at the right. */
export function RatePlot({ rates }: { rates: readonly number[] }) {
  const highest = Math.max(...rates, 0)
  const newest = rates.at(-1)
  if (highest === 0 || newest === undefined || rates.length < 2) {
    // Its place is kept, so that nothing moves when there is something to draw.
    return (
      <svg {...FRAME} aria-hidden="true">
        <Base />
      </svg>
    )
  }
  const left = WIDTH - 2 * (rates.length - 1)
  const line = rates.map((rate, at) => `${left + 2 * at},${yOf(rate / highest)}`).join('L')
  const label = `Rate over the last minute: now ${formatRate(newest)}, at most ${formatRate(highest)}`
  return (
    <svg {...FRAME} role="img" aria-label={label}>
      <Base />
      <path class="rate-area" d={`M${left},${HEIGHT}L${line}L${WIDTH},${HEIGHT}z`} />
      <path class="rate-line" d={`M${line}`} />
    </svg>
  )
}

function Base() {
  return <path class="rate-base" d={`M0,${HEIGHT - 0.5}H${WIDTH}`} />
}

/** Room for half of the line’s width above and below. */
function yOf(share: number): string {
  return (HEIGHT - 1 - share * (HEIGHT - 2)).toFixed(1)
}
