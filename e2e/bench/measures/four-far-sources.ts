import { type Figure, figureOf } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'
import { fetchFrom, flowOf, offersOf } from '../transfers.ts'

const RTT_MS = 50

export const fourFarSources: Measure = {
  name: 'four-sources-50ms',
  title: 'Four sources at 50 ms round trip against one.',
  quickBudgetS: 40,
  async run({ lab, inTurn, isQuick }): Promise<Figure[]> {
    await lab.line.configure({ oneWayMs: RTT_MS / 2, loss: 0, seed: 1 })
    const sizeBytes = (isQuick ? 48 : 128) * MB
    const limitMs = isQuick ? 5_000 : 12_000
    const offers = offersOf(lab, (count: 'one' | 'four') => ({
      contestant: 'quire',
      isFar: true,
      content: { sizeBytes, seed: count === 'one' ? 51 : 54 },
      count: count === 'one' ? 1 : 4,
    }))
    const rates = await inTurn(['one', 'four'], async (count) =>
      flowOf(await fetchFrom(lab, await offers(count), { limitMs })),
    )
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
