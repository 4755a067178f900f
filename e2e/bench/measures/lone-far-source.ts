import { type Figure, figureOf } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'
import { Rounds } from '../statistics.ts'
import { fetchFrom, flowOf, offerFrom, type Sources } from '../transfers.ts'

const RTT_MS = 50

/** To profile Quire at a distance: `node scripts/bench.mjs --only lone-source-50ms --rounds 1`. */
export const loneFarSource: Measure = {
  name: 'lone-source-50ms',
  title: 'One source at 50 ms round trip: Quire against one plain libp2p stream.',
  quickBudgetS: 40,
  async run({ lab, rounds, isQuick }): Promise<Figure[]> {
    await lab.line.configure({ oneWayMs: RTT_MS / 2, loss: 0, seed: 1 })
    const content = { sizeBytes: 64 * MB, seed: 50 }
    const names = isQuick ? (['libp2p', 'quire'] as const) : (['libp2p', 'raw', 'quire'] as const)
    const sources = new Map<string, Sources>()
    for (const contestant of names) {
      sources.set(contestant, await offerFrom(lab, { contestant, content, isFar: true }))
    }
    const rates = await Rounds.run<'libp2p' | 'raw' | 'quire'>(names, rounds(), async (name) => {
      const source = sources.get(name)
      if (source === undefined) throw new Error(`${name} offers nothing.`)
      const rate = flowOf(await fetchFrom(lab, source, { limitMs: isQuick ? 5_000 : 15_000 }))
      lab.log(`  ${name}: ${rate.toFixed(2)} MB/s`)
      return rate
    })
    const baseline = { name: 'libp2p stream', samples: rates.of('libp2p') }
    const unit = 'MB/s'
    const raw = figureOf(rates, 'raw', { name: 'lone source at 50 ms: raw data channel', unit, baseline })
    return [
      ...(isQuick ? [] : [raw]),
      figureOf(rates, 'quire', { name: 'lone source at 50 ms: Quire', unit, baseline, aim: { atLeast: 3 } }),
    ]
  },
}
