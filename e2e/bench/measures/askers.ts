import { type Figure, figureOf } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'
import { Rounds } from '../statistics.ts'
import { offerFrom } from '../transfers.ts'

const COUNTS = ['1', '4', '16'] as const

export const askers: Measure = {
  name: 'askers',
  title: 'One node serves 1, 4 and 16 askers at once: what all of them get together, and how evenly.',
  async run({ lab, inTurn, isQuick }): Promise<Figure[]> {
    const spread = new Rounds<string>()
    let seed = 7000
    const rates = await inTurn(COUNTS, async (count) => {
      // New content for each run: askers of before would be sources of it.
      const content = { sizeBytes: (isQuick ? 8 : 32) * MB, seed: ++seed }
      try {
        const { ticket } = await offerFrom(lab, { contestant: 'quire', content })
        const open = await Promise.all(Array.from({ length: Number(count) }, () => lab.openInCrowd('quire')))
        const results = await Promise.all(open.map((asker) => asker.fetch(ticket, content)))
        const timesMs = results.map(({ elapsedMs }) => elapsedMs)
        const slowestMs = Math.max(...timesMs)
        spread.add(count, slowestMs / Math.min(...timesMs))
        return (results.length * content.sizeBytes) / 1000 / slowestMs
      } finally {
        await lab.closeBrowsers()
      }
    })
    const baseline = { name: 'one asker', samples: rates.of('1') }
    return [
      ...COUNTS.map((count) =>
        figureOf(rates, count, {
          name: `${count} askers: MB a second of all together`,
          unit: 'MB/s',
          baseline,
          point: { line: 'all together', x: Number(count), axis: 'askers' },
        }),
      ),
      ...COUNTS.slice(1).map((count) =>
        figureOf(spread, count, {
          name: `${count} askers: time of the slowest to the fastest`,
          unit: 'times',
          point: { line: 'slowest to fastest', x: Number(count), axis: 'askers' },
        }),
      ),
    ]
  },
}
