import { median } from '../../fixtures/quantile.ts'
import { type Figure, figureOf } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'

const BATCHES = ['16', '32', '64', '256'] as const

export const uploadMeasure: Measure = {
  name: 'upload',
  title: 'Upload (chunk, hash, tree, store) against writing the same bytes to IndexedDB in its best batch size.',
  quickBudgetS: 15,
  async run({ lab, inTurn, isQuick }): Promise<Figure[]> {
    const sizeBytes = (isQuick ? 64 : 256) * MB
    const batches = isQuick ? (['32', '64'] as const) : BATCHES
    const uploader = await lab.open({ browser: 'uploader', contestant: 'quire' })
    const { page } = uploader
    const names: readonly ('upload' | (typeof BATCHES)[number])[] = ['upload', ...batches]
    const rates = await inTurn(names, async (name, round) => {
      if (name !== 'upload') {
        const init = { sizeBytes, perTransaction: Number(name) }
        const writing = page.evaluate((wanted) => globalThis.quire.writeIndexedDb(wanted), init)
        return uploader.inTime('write', writing)
      }
      const content = { sizeBytes, seed: 2000 + round }
      const uploading = page.evaluate((wanted) => globalThis.quire.upload(wanted), content)
      const { elapsedMs } = await uploader.inTime('upload', uploading)
      await uploader.forget()
      return sizeBytes / 1000 / elapsedMs
    })
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
