import type { Figure } from '../figure.ts'
import type { Lab } from '../lab.ts'
import { MB, type Measure } from '../measure.ts'
import { Rounds } from '../statistics.ts'
import { fetchFrom, offerFrom, rateOf } from '../transfers.ts'

const RTTS_MS = [0, 25, 50, 100]
const PINGS = 20

/** Checks the instrument: the line’s round trip as a data channel sees it, and what the line carries at no delay. */
export const lineMeasure: Measure = {
  name: 'line',
  title: 'The delay line itself: measured against configured round trip, and what it carries without delay.',
  async run({ lab, rounds }): Promise<Figure[]> {
    const figures: Figure[] = []
    for (const rttMs of RTTS_MS) {
      await lab.line.configure({ oneWayMs: rttMs / 2, loss: 0, seed: 1 })
      const samples: number[] = []
      for (const _ of rounds()) samples.push(await measuredRttMs(lab))
      figures.push({ name: `line: round trip at ${rttMs} ms`, unit: 'ms', samples })
    }
    await lab.line.configure({ oneWayMs: 0, loss: 0, seed: 1 })
    const content = { sizeBytes: 64 * MB, seed: 1 }
    const far = await offerFrom(lab, { contestant: 'raw', content, isFar: true })
    const near = await offerFrom(lab, { contestant: 'raw', content })
    const before = await lab.line.stats()
    const runs = await Rounds.run(['far', 'near'], rounds(), async (name) =>
      rateOf(await fetchFrom(lab, name === 'far' ? far : near)),
    )
    const { packets, overflowed } = await lab.line.stats()
    const part = (100 * (overflowed - before.overflowed)) / (packets - before.packets)
    figures.push({
      name: 'line: raw data channel through it',
      unit: 'MB/s',
      samples: runs.of('far'),
      baseline: { name: 'without it', samples: runs.of('near') },
      note: `the line itself dropped ${part.toFixed(3)} % of the packets`,
    })
    return figures
  },
}

/** The median of some pings over a data channel between two pages that take the line. */
async function measuredRttMs(lab: Lab): Promise<number> {
  const content = { sizeBytes: 1, seed: 0 }
  const sources = await offerFrom(lab, { contestant: 'raw', content, isFar: true })
  const asker = await lab.open({ browser: 'asker of raw', contestant: 'raw', isFar: true })
  const rttMs = await asker.page.evaluate(([ticket, count]) => globalThis.rawProbe.ping(ticket, count), [
    sources.ticket,
    PINGS,
  ] as const)
  await asker.close()
  for (const page of sources.pages) await page.close()
  return rttMs
}
