import { type Figure, figureOf } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'
import { fetchFrom, offersOf, rateOf } from '../transfers.ts'

const COUNTS = ['1', '2', '4', '8'] as const
type Count = (typeof COUNTS)[number]

export const manySources: Measure = {
  name: 'many-sources',
  title: 'Quire from 1, 2, 4 and 8 near sources, all on this machine.',
  async run({ lab, inTurn, isQuick }): Promise<Figure[]> {
    const sizeBytes = (isQuick ? 32 : 128) * MB
    // Content of its own for each number: whoever has it is found by it.
    const offers = offersOf(lab, (count: Count) => ({
      contestant: 'quire',
      content: { sizeBytes, seed: 1000 + Number(count) },
      count: Number(count),
    }))
    const rates = await inTurn(COUNTS, async (count) => rateOf(await fetchFrom(lab, await offers(count))))
    const baseline = { name: 'one source', samples: rates.of('1') }
    return COUNTS.map((count) =>
      figureOf(rates, count, {
        name: `near sources: Quire from ${count}`,
        unit: 'MB/s',
        baseline,
        point: { line: 'Quire', x: Number(count), axis: 'near sources' },
      }),
    )
  },
}
