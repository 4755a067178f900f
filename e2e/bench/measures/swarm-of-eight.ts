import type { ContestantPage } from '../contestant-page.ts'
import type { Figure } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'
import { offerFrom } from '../transfers.ts'

const NODES = 8

export const swarmOfEight: Measure = {
  name: 'swarm-of-eight',
  title: 'Eight browsers, one of which has the file: bytes that came twice, and time until all have it.',
  async run({ lab, rounds, isQuick }): Promise<Figure[]> {
    const [twice, seconds]: number[][] = [[], []]
    for (const round of rounds()) {
      const content = { sizeBytes: (isQuick ? 16 : 64) * MB, seed: 6000 + round }
      const { ticket, pages } = await offerFrom(lab, { contestant: 'quire', content })
      const askers: ContestantPage[] = []
      for (let i = 1; i < NODES; i++) {
        askers.push(await lab.open({ browser: `member ${i}`, contestant: 'quire' }))
      }
      const startedMs = performance.now()
      await Promise.all(askers.map((asker) => asker.fetch(ticket, content)))
      seconds?.push((performance.now() - startedMs) / 1000)
      const repeated = await Promise.all(askers.map(repeatedBytes))
      const sum = repeated.reduce((total, bytes) => total + bytes, 0)
      twice?.push((100 * sum) / (askers.length * content.sizeBytes))
      lab.log(`  ${twice?.at(-1)?.toFixed(2)} % twice, ${seconds?.at(-1)?.toFixed(1)} s`)
      for (const page of [...askers, ...pages]) await page.close()
      await lab.closeBrowsers()
    }
    return [
      { name: 'swarm of eight: bytes fetched twice', unit: '%', samples: twice ?? [], aim: { atMost: 1 } },
      { name: 'swarm of eight: until the last has it, hashing included', unit: 's', samples: seconds ?? [] },
    ]
  },
}

/** Content that came and was here by then, as the exchange counts it for each peer. */
async function repeatedBytes({ page }: ContestantPage): Promise<number> {
  const text = await page.evaluate(() => globalThis.quire.debugInfo())
  const counters = [...text.matchAll(/^exchange with [^:]+: (\{.*\})$/gm)]
  if (counters.length === 0) throw new Error('The node tells nothing of its exchange with others.')
  // The lines are the counters as JSON, as `src/node/debug-info.ts` writes them.
  return counters.reduce(
    (sum, [, json]) => sum + (JSON.parse(json ?? '') as { repeatedBytes: number }).repeatedBytes,
    0,
  )
}
