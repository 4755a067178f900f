import type { ContestantPage } from '../contestant-page.ts'
import { type Figure, figureOf } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'
import { fetchFrom, flowOf, offerFrom } from '../transfers.ts'

export const busyPage: Measure = {
  name: 'busy-page',
  title: 'Download while the page’s own thread is busy for 80 of every 100 ms, against an idle one.',
  quickBudgetS: 30,
  async run({ lab, inTurn, isQuick }): Promise<Figure[]> {
    const content = { sizeBytes: (isQuick ? 48 : 128) * MB, seed: 80 }
    const sources = await offerFrom(lab, { contestant: 'quire', content })
    const rates = await inTurn(['idle', 'busy'], async (name) => {
      const before = async ({ page }: ContestantPage): Promise<void> => {
        if (name === 'busy') await page.evaluate(() => globalThis.quire.keepBusy({ busyMs: 80, periodMs: 100 }))
      }
      // Once content flows: connecting needs dozens of turns of the page’s thread, and is the same for a file of any size.
      return flowOf(await fetchFrom(lab, sources, { before }))
    })
    const baseline = { name: 'idle page', samples: rates.of('idle') }
    return [
      figureOf(rates, 'busy', {
        name: 'download with a busy page',
        unit: 'MB/s',
        baseline,
        aim: { atLeast: 0.8 },
      }),
    ]
  },
}
