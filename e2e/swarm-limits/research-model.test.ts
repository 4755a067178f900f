import { describe, expect, it } from 'vitest'
import { RESEARCH_TABLE, researchCost } from './research-model.ts'

describe('the model of the research', () => {
  it.each(RESEARCH_TABLE)(
    'gives the published $publishedKiB KB/s for $cids CIDs among $nodes nodes every $readvertiseS s, within two per cent',
    ({ publishedKiB, ...scenario }) => {
      const rate = researchCost({ ...scenario, providers: 100 }).total / 1024

      expect(Math.abs(rate / publishedKiB - 1)).toBeLessThan(0.02)
    },
  )

  it.each([
    [10_000, 30 * 60, 108.8],
    [100_000, 30 * 60, 135.5],
    [10_000, 22 * 3600, 2.47],
    [100_000, 22 * 3600, 3.08],
  ])('advertises one CID among %i nodes every %i s at %d B/s', (nodes, readvertiseS, bytesPerS) => {
    const { advertising } = researchCost({ nodes, cids: 1, readvertiseS, providers: 5 })

    expect(Math.abs(advertising / bytesPerS - 1)).toBeLessThan(0.02)
  })

  it.each(RESEARCH_TABLE)('spends at most 0.14 % on queries ($cids CIDs, $nodes nodes)', ({ cids, nodes }) => {
    const { answering, total } = researchCost({ nodes, cids, readvertiseS: 30 * 60, providers: 500 })

    expect(answering / total).toBeLessThanOrEqual(0.0014)
  })
})
