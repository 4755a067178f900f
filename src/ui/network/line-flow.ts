import type { PeerView } from '../../rpc/api.ts'

/** How a line shows what goes over it. */
export interface LineFlow {
  readonly strokePx: number
  /** The way that most bytes go: `in` towards this node. Undefined where hardly anything moves. */
  readonly flow: 'in' | 'out' | undefined
  /** How long a pulse takes from one mark to the next. */
  readonly pulseMs: number
}

/** Pings and lookups alone are no flow. */
const LEAST_BYTES_PER_SECOND = 1_000
const MOST_BYTES_PER_SECOND = 10_000_000
const STROKE_PX = { idle: 1.5, most: 5.5 } as const
const PULSE_MS = { least: 2_400, most: 700 } as const

/** Thicker and quicker with each power of ten, up to 10 MB a second. */
export function flowOf(peer: PeerView | undefined): LineFlow {
  const { receivedBytesPerSecond: received = 0, sentBytesPerSecond: sent = 0 } = peer ?? {}
  const rate = Math.max(received, sent)
  if (rate < LEAST_BYTES_PER_SECOND) return { strokePx: STROKE_PX.idle, flow: undefined, pulseMs: PULSE_MS.least }
  const share = Math.min(1, Math.log(rate / LEAST_BYTES_PER_SECOND) / SPAN)
  return {
    strokePx: round(STROKE_PX.idle + 0.5 + share * (STROKE_PX.most - STROKE_PX.idle - 0.5)),
    flow: received >= sent ? 'in' : 'out',
    // In steps: a new time makes the pulse jump, so it is not to change with each figure.
    pulseMs: PULSE_MS.least - Math.round(share * 4) * ((PULSE_MS.least - PULSE_MS.most) / 4),
  }
}

const SPAN = Math.log(MOST_BYTES_PER_SECOND / LEAST_BYTES_PER_SECOND)

function round(value: number): number {
  return Math.round(value * 10) / 10
}
