import type { Figure } from '../figure.ts'
import type { Lab } from '../lab.ts'
import { MB, type Measure } from '../measure.ts'
import { askerOf, fetchFrom, offerFrom, offersOf, rateOf } from '../transfers.ts'

const RTTS_MS = [0, 25, 50, 100]
const PINGS = 20

/** Checks the instrument: the line’s round trip as a data channel sees it, and what the line carries at no delay. */
export const lineMeasure: Measure = {
  name: 'line',
  title: 'The delay line itself: measured against configured round trip, and what it carries without delay.',
  async run({ lab, rounds, inTurn }): Promise<Figure[]> {
    const figures: Figure[] = []
    for (const rttMs of RTTS_MS) {
      await lab.line.configure({ oneWayMs: rttMs / 2, loss: 0, seed: 1 })
      const samples: number[] = []
      for (const _ of rounds()) samples.push(await measuredRttMs(lab))
      const point = { line: 'as a data channel sees it', x: rttMs, axis: 'round trip as configured, ms' }
      figures.push({ name: `line: round trip at ${rttMs} ms`, unit: 'ms', samples, point })
    }
    await lab.line.configure({ oneWayMs: 0, loss: 0, seed: 1 })
    const content = { sizeBytes: 64 * MB, seed: 1 }
    const offers = offersOf(lab, (name: 'far' | 'near') => ({ contestant: 'raw', content, isFar: name === 'far' }))
    const before = await lab.line.stats()
    const runs = await inTurn(['far', 'near'], async (name) => rateOf(await fetchFrom(lab, await offers(name))))
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
  const asker = await lab.open({ browser: askerOf('raw'), contestant: 'raw', isFar: true })
  const pinging = asker.page.evaluate(([ticket, count]) => globalThis.rawProbe.ping(ticket, count), [
    sources.ticket,
    PINGS,
  ] as const)
  const rttMs = await asker.inTime('ping', pinging)
  await asker.close()
  for (const page of sources.pages) await page.close()
  return rttMs
}
