/** Cells with a long and lossy line between the networks, and the proof that it is one. */
import type { Cell } from './cell.ts'
import type { Lab } from './lab.ts'
import { Line } from './line.ts'
import type { Pair } from './network-kinds.ts'
import type { Reflector } from './proof.ts'

const ONE_WAY_MS = 25
const LOSS = 0.01
/** Of 1,000 questions 20 should find no answer; chance alone stays within these in all but one of ten thousand runs. */
const [LEAST_LOST, MOST_LOST] = [0.004, 0.04]

interface LineParts {
  readonly lab: Lab
  readonly reflector: Reflector
  readonly write: (text: string) => void
}

/** Lays the line, measures it, calls back for each pair, and takes it away. */
export async function runOverLine(
  { lab, reflector, write }: LineParts,
  pairs: readonly Pair[],
  runOne: (pair: Pair, line: NonNullable<Cell['line']>) => Promise<void>,
): Promise<void> {
  const line = await Line.lay(lab.internet, { oneWayMs: ONE_WAY_MS, loss: LOSS, programs: lab.init.programs })
  try {
    const { medianMs, lost } = await reflector.roundTrips(lab.internet)
    const percent = (lost * 100).toFixed(1)
    write(`Over a line with ${medianMs.toFixed(0)} ms round trip that loses ${percent} % of the round trips:\n`)
    if (medianMs < 2 * ONE_WAY_MS || lost < LEAST_LOST || lost > MOST_LOST) {
      throw new Error(`The line is not what it should be: ${2 * ONE_WAY_MS} ms, and 1 % lost in each direction.`)
    }
    for (const pair of pairs) await runOne(pair, { roundTripMs: Math.round(medianMs), loss: LOSS })
    write('\n')
  } finally {
    await line.remove()
  }
}
