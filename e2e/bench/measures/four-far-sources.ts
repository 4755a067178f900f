import { type Figure, figureOf } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'
import { Rounds } from '../statistics.ts'
import { fetchFrom, flowOf, offerFrom } from '../transfers.ts'

const RTT_MS = 50

export const fourFarSources: Measure = {
  name: 'four-sources-50ms',
  title: 'Four sources at 50 ms round trip against one.',
  quickBudgetS: 40,
  async run({ lab, rounds, isQuick }): Promise<Figure[]> {
    await lab.line.configure({ oneWayMs: RTT_MS / 2, loss: 0, seed: 1 })
    const sizeBytes = (isQuick ? 48 : 128) * MB
    const common = { contestant: 'quire', isFar: true }
    const one = await offerFrom(lab, { ...common, content: { sizeBytes, seed: 51 } })
    const four = await offerFrom(lab, { ...common, content: { sizeBytes, seed: 54 }, count: 4 })
    const rates = await Rounds.run(['one', 'four'], rounds(), async (name) => {
      const sources = name === 'one' ? one : four
      const rate = flowOf(await fetchFrom(lab, sources, { limitMs: isQuick ? 5_000 : 12_000 }))
      lab.log(`  ${name}: ${rate.toFixed(2)} MB/s`)
      return rate
    })
    const baseline = { name: 'one source', samples: rates.of('one') }
    return [
      figureOf(rates, 'four', {
        name: 'four sources at 50 ms: Quire',
        unit: 'MB/s',
        baseline,
        aim: { atLeast: 3.2 },
      }),
    ]
  },
}
