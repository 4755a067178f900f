import { type Figure, figureOf } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'
import { Rounds } from '../statistics.ts'
import { fetchFrom, offerFrom, rateOf, type Sources } from '../transfers.ts'

const COUNTS = ['1', '2', '4', '8'] as const

export const manySources: Measure = {
  name: 'many-sources',
  title: 'Quire from 1, 2, 4 and 8 near sources, all on this machine.',
  async run({ lab, rounds, isQuick }): Promise<Figure[]> {
    const sources = new Map<string, Sources>()
    for (const count of COUNTS) {
      // Content of its own for each number: whoever has it is found by it.
      const content = { sizeBytes: (isQuick ? 32 : 128) * MB, seed: 1000 + Number(count) }
      sources.set(count, await offerFrom(lab, { contestant: 'quire', content, count: Number(count) }))
    }
    const rates = await Rounds.run(COUNTS, rounds(), async (count) => {
      const source = sources.get(count)
      if (source === undefined) throw new Error(`Nobody offers to ${count}.`)
      const rate = rateOf(await fetchFrom(lab, source))
      lab.log(`  ${count} sources: ${rate.toFixed(1)} MB/s`)
      return rate
    })
    const baseline = { name: 'one source', samples: rates.of('1') }
    return COUNTS.map((count) =>
      figureOf(rates, count, { name: `near sources: Quire from ${count}`, unit: 'MB/s', baseline }),
    )
  },
}
