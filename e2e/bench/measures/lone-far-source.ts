import { type Figure, figureOf } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'
import { fetchFrom, flowOf, offersOf } from '../transfers.ts'

type Name = 'libp2p' | 'raw' | 'quire'

const RTT_MS = 50

/** To profile Quire at a distance: `node scripts/bench.mjs --only lone-source-50ms --rounds 1`. */
export const loneFarSource: Measure = {
  name: 'lone-source-50ms',
  title: 'One source at 50 ms round trip: Quire against one plain libp2p stream.',
  quickBudgetS: 40,
  async run({ lab, inTurn, isQuick }): Promise<Figure[]> {
    await lab.line.configure({ oneWayMs: RTT_MS / 2, loss: 0, seed: 1 })
    const content = { sizeBytes: 64 * MB, seed: 50 }
    const limitMs = isQuick ? 5_000 : 15_000
    const offers = offersOf(lab, (contestant: Name) => ({ contestant, content, isFar: true }))
    const names: readonly Name[] = isQuick ? ['libp2p', 'quire'] : ['libp2p', 'raw', 'quire']
    const rates = await inTurn(names, async (name) => flowOf(await fetchFrom(lab, await offers(name), { limitMs })))
    const baseline = { name: 'libp2p stream', samples: rates.of('libp2p') }
    const unit = 'MB/s'
    const raw = figureOf(rates, 'raw', { name: 'lone source at 50 ms: raw data channel', unit, baseline })
    return [
      ...(isQuick ? [] : [raw]),
      figureOf(rates, 'quire', { name: 'lone source at 50 ms: Quire', unit, baseline, aim: { atLeast: 3 } }),
    ]
  },
}
