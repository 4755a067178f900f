import { type Figure, figureOf } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'
import { median, Rounds } from '../statistics.ts'

const BATCHES = ['16', '32', '64', '256'] as const

export const uploadMeasure: Measure = {
  name: 'upload',
  title: 'Upload (chunk, hash, tree, store) against writing the same bytes to IndexedDB in its best batch size.',
  quickBudgetS: 15,
  async run({ lab, rounds, isQuick }): Promise<Figure[]> {
    const sizeBytes = (isQuick ? 64 : 256) * MB
    const batches = isQuick ? (['32', '64'] as const) : BATCHES
    const page = await lab.open({ browser: 'uploader', contestant: 'quire' })
    const rates = await Rounds.run<'upload' | (typeof BATCHES)[number]>(
      ['upload', ...batches],
      rounds(),
      async (name, round) => {
        let rate = 0
        if (name === 'upload') {
          const content = { sizeBytes, seed: 2000 + round }
          const { elapsedMs } = await page.page.evaluate((wanted) => globalThis.quire.upload(wanted), content)
          await page.page.evaluate(() => globalThis.contestant.forget())
          rate = sizeBytes / 1000 / elapsedMs
        } else {
          const init = { sizeBytes, perTransaction: Number(name) }
          rate = await page.page.evaluate((wanted) => globalThis.quire.writeIndexedDb(wanted), init)
        }
        lab.log(`  ${name}: ${rate.toFixed(1)} MB/s`)
        return rate
      },
    )
    const ascending = [...batches].sort((a, b) => median(rates.of(a)) - median(rates.of(b)))
    const best = ascending.at(-1) ?? '32'
    const baseline = { name: `IndexedDB, ${best} blocks a transaction`, samples: rates.of(best) }
    const unit = 'MB/s'
    return [
      ...batches.map((batch) => figureOf(rates, batch, { name: `IndexedDB, ${batch} blocks a transaction`, unit })),
      figureOf(rates, 'upload', { name: 'upload', unit, baseline, aim: { atLeast: 0.8 } }),
    ]
  },
}
