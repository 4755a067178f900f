import { type Figure, figureOf } from '../figure.ts'
import type { Lab } from '../lab.ts'
import { MB, type Measure } from '../measure.ts'
import { Rounds } from '../statistics.ts'
import { askerOf, fetchFrom, offersOf, rateOf, type SourceInit, sourceOf } from '../transfers.ts'

type Name = 'raw' | 'libp2p' | 'quire' | 'webtorrent' | 'helia'

const TITLES: Readonly<Record<Name, string>> = {
  raw: 'raw data channel',
  libp2p: 'libp2p stream',
  quire: 'Quire',
  webtorrent: 'WebTorrent',
  helia: 'Helia',
}
const SEED = 256

export const nearDownload: Measure = {
  name: 'near-download',
  title:
    'One near source: Quire, verified and stored, beside a raw data channel, a libp2p stream, WebTorrent and Helia.',
  quickBudgetS: 70,
  async run({ lab, inTurn, isQuick, hasRivals }): Promise<Figure[]> {
    const content = { sizeBytes: (isQuick ? 32 : 256) * MB, seed: SEED }
    const names: Name[] = ['raw', 'libp2p', 'quire', ...(hasRivals ? (['webtorrent', 'helia'] as const) : [])]
    const initOf = (contestant: Name): SourceInit => ({ contestant, content })
    const offers = offersOf(lab, initOf)
    const cpu = new Rounds<Name>()
    const rates = await inTurn(names, async (name) => {
      const sources = await offers(name)
      let [beforeMs, afterMs] = [0, 0]
      const result = await fetchFrom(lab, sources, {
        before: async () => (beforeMs = await cpuMs(lab, initOf(name))),
        after: async () => (afterMs = await cpuMs(lab, initOf(name))),
      })
      cpu.add(name, (afterMs - beforeMs) / 1000 / (content.sizeBytes / 1e9))
      return rateOf(result)
    })
    const of = (name: Name) => ({ name: TITLES[name], samples: rates.of(name) })
    const title = (name: Name): string => `near download: ${TITLES[name]}`
    const unit = 'MB/s'
    const quire = { name: title('quire'), unit }
    return [
      figureOf(rates, 'raw', { name: title('raw'), unit }),
      figureOf(rates, 'libp2p', { name: title('libp2p'), unit, baseline: of('raw') }),
      figureOf(rates, 'quire', { ...quire, baseline: of('raw'), aim: { atLeast: 0.75 } }),
      figureOf(rates, 'quire', { ...quire, name: `${quire.name}, to libp2p`, baseline: of('libp2p') }),
      ...(hasRivals
        ? [
            figureOf(rates, 'webtorrent', { name: title('webtorrent'), unit, baseline: of('raw') }),
            figureOf(rates, 'helia', { name: title('helia'), unit, baseline: of('raw') }),
            figureOf(rates, 'quire', {
              ...quire,
              name: `${quire.name}, to WebTorrent`,
              baseline: of('webtorrent'),
              aim: { atLeast: 2.5 },
            }),
            figureOf(rates, 'quire', {
              ...quire,
              name: `${quire.name}, to Helia`,
              baseline: of('helia'),
              aim: { atLeast: 3 },
            }),
          ]
        : []),
      ...names.map((name) =>
        figureOf(cpu, name, {
          name: `CPU time a GB, both sides: ${TITLES[name]}`,
          unit: 's',
          baseline: name === 'raw' ? undefined : { name: TITLES.raw, samples: cpu.of('raw') },
        }),
      ),
    ]
  },
}

/** CPU time of both browsers, checking the hash included; NaN on systems without `/proc`. */
async function cpuMs(lab: Lab, init: SourceInit): Promise<number> {
  const browsers = await Promise.all([lab.browser(sourceOf(init, 0)), lab.browser(askerOf(init.contestant))])
  const times = await Promise.all(browsers.map((browser) => browser.cpuMs()))
  return times.reduce<number>((sum, time) => sum + (time ?? Number.NaN), 0)
}
