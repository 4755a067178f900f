import { type Figure, figureOf } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'
import { Rounds } from '../statistics.ts'
import { fetchFrom, flowOf, offerFrom, type Sources } from '../transfers.ts'

const NAMES = ['raw', 'libp2p', 'quire'] as const
const RTTS_MS = [0, 25, 50, 100]
const LOSSES = [0, 0.01]
const LIMIT_MS = 6_000

export const distanceGrid: Measure = {
  name: 'distance-grid',
  title: 'One source at 0, 25, 50 and 100 ms, with 0 and 1 % loss, each for six seconds.',
  async run({ lab, rounds, isQuick }): Promise<Figure[]> {
    const content = { sizeBytes: 128 * MB, seed: 70 }
    const sources = new Map<string, Sources>()
    for (const contestant of NAMES) {
      sources.set(contestant, await offerFrom(lab, { contestant, content, isFar: true }))
    }
    const figures: Figure[] = []
    for (const loss of LOSSES) {
      for (const rttMs of isQuick ? [25, 100] : RTTS_MS) {
        const place = `${rttMs} ms, ${100 * loss} % loss`
        const before = await lab.line.stats()
        const rates = await Rounds.run(NAMES, rounds(), async (name, round) => {
          const source = sources.get(name)
          if (source === undefined) throw new Error(`${name} offers nothing.`)
          await lab.line.configure({ oneWayMs: rttMs / 2, loss, seed: round + 1 })
          const rate = flowOf(await fetchFrom(lab, source, { limitMs: isQuick ? LIMIT_MS / 3 : LIMIT_MS }))
          lab.log(`  ${place}, ${name}: ${rate.toFixed(2)} MB/s`)
          return rate
        })
        const after = await lab.line.stats()
        const overflowed = after.overflowed - before.overflowed
        if (overflowed > 0) lab.log(`  ${place}: the line itself dropped ${overflowed} packets`)
        const baseline = { name: 'libp2p stream', samples: rates.of('libp2p') }
        for (const name of NAMES)
          figures.push(figureOf(rates, name, { name: `${place}: ${name}`, unit: 'MB/s', baseline }))
      }
    }
    return figures
  },
}
