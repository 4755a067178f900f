import { type Figure, figureOf } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'
import { fetchFrom, flowOf, offersOf } from '../transfers.ts'

const NAMES = ['raw', 'libp2p', 'quire'] as const
type Name = (typeof NAMES)[number]
const RTTS_MS = [0, 25, 50, 100]
const LOSSES = [0, 0.01]
const LIMIT_MS = 6_000

export const distanceGrid: Measure = {
  name: 'distance-grid',
  title: 'One source at 0, 25, 50 and 100 ms, with 0 and 1 % loss, each for six seconds.',
  async run({ lab, inTurn, isQuick }): Promise<Figure[]> {
    const content = { sizeBytes: 128 * MB, seed: 70 }
    const offers = offersOf(lab, (contestant: Name) => ({ contestant, content, isFar: true }))
    const limitMs = isQuick ? LIMIT_MS / 3 : LIMIT_MS
    const figures: Figure[] = []
    for (const loss of LOSSES) {
      for (const rttMs of isQuick ? [25, 100] : RTTS_MS) {
        const place = `${rttMs} ms, ${100 * loss} % loss`
        const before = await lab.line.stats()
        lab.log(`  ${place}`)
        const rates = await inTurn(NAMES, async (name, round) => {
          const sources = await offers(name)
          await lab.line.configure({ oneWayMs: rttMs / 2, loss, seed: round + 1 })
          return flowOf(await fetchFrom(lab, sources, { limitMs }))
        })
        const after = await lab.line.stats()
        const overflowed = after.overflowed - before.overflowed
        if (overflowed > 0) lab.log(`  ${place}: the line itself dropped ${overflowed} packets`)
        const baseline = { name: 'libp2p stream', samples: rates.of('libp2p') }
        for (const name of NAMES) {
          const point = { line: `${name}, ${100 * loss} % loss`, x: rttMs, axis: 'round trip, ms' }
          figures.push(figureOf(rates, name, { name: `${place}: ${name}`, unit: 'MB/s', baseline, point }))
        }
      }
    }
    return figures
  },
}
