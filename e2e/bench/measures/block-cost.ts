import { type Move, moveBetweenNodes } from '../../large-data/two-nodes.ts'
import type { Figure } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'

const SMALL_BYTES = 100 * MB
const LARGE_BYTES = 10_000 * MB

interface Cost {
  readonly uploadMs: number
  readonly fetchMs: number
}

export const blockCost: Measure = {
  name: 'block-cost',
  title: 'CPU time a block at 10 GB against 100 MB, between two nodes in Node over TCP.',
  async run({ lab, rounds, isQuick }): Promise<Figure[]> {
    const [small, large]: Cost[][] = [[], []]
    for (const round of rounds()) {
      small?.push(await costOf(SMALL_BYTES, round))
      // 10 GB take minutes: once, between rounds of the small ones.
      if (round === 0) large?.push(await costOf(isQuick ? LARGE_BYTES / 20 : LARGE_BYTES, 1000))
      lab.log(`  100 MB: ${small?.at(-1)?.fetchMs.toFixed(3)} ms a block to fetch`)
    }
    return (['uploadMs', 'fetchMs'] as const).map((key) => ({
      name: `cost of a block at ${isQuick ? '500 MB' : '10 GB'}, ${key === 'uploadMs' ? 'upload' : 'transfer, both nodes'}`,
      unit: 'ms CPU',
      samples: (large ?? []).map((cost) => cost[key]),
      baseline: { name: '100 MB', samples: (small ?? []).map((cost) => cost[key]) },
      aim: { atMost: 1.1 },
    }))
  },
}

/** CPU time of this process, which runs both nodes, for each block. */
async function costOf(sizeBytes: number, seed: number): Promise<Cost> {
  const { blocks, upload, fetch }: Move = await moveBetweenNodes({ sizeBytes, seed })
  return { uploadMs: upload.cpuMs / blocks, fetchMs: fetch.cpuMs / blocks }
}
