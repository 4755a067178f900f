import type { Figure } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'
import { interleaved } from '../statistics.ts'
import { fetchFrom, flowOf, offerFrom } from '../transfers.ts'

const RTT_MS = 50
const CONTESTANTS = ['libp2p', 'raw', 'quire'] as const

export const loneFarSource: Measure = {
  name: 'lone-source-50ms',
  title: 'One source at 50 ms round trip: Quire against one plain libp2p stream.',
  isInQuick: true,
  async run({ lab, rounds, isQuick }): Promise<Figure[]> {
    await lab.line.configure({ oneWayMs: RTT_MS / 2, loss: 0, seed: 1 })
    const content = { sizeBytes: 64 * MB, seed: 50 }
    const sources = new Map<string, Awaited<ReturnType<typeof offerFrom>>>()
    for (const contestant of CONTESTANTS) {
      sources.set(contestant, await offerFrom(lab, { contestant, content, isFar: true }))
    }
    const limitMs = isQuick ? 5_000 : 15_000
    const samples = await interleaved(CONTESTANTS, rounds, async (name) => {
      const source = sources.get(name)
      if (source === undefined) throw new Error(`${name} offers nothing.`)
      const rate = flowOf(await fetchFrom(lab, source, { limitMs }))
      lab.log(`  ${name}: ${rate.toFixed(2)} MB/s`)
      return rate
    })
    const of = (name: (typeof CONTESTANTS)[number]): number[] => samples.get(name) ?? []
    const baseline = { name: 'libp2p stream', samples: of('libp2p') }
    return [
      { name: 'lone source at 50 ms: raw data channel', unit: 'MB/s', samples: of('raw'), baseline },
      { name: 'lone source at 50 ms: Quire', unit: 'MB/s', samples: of('quire'), baseline, aim: { atLeast: 3 } },
    ]
  },
}
