import { settledHeaps, watchWorkerHeap } from '../../fixtures/worker-heap.ts'
import type { ContestantPage } from '../contestant-page.ts'
import type { Figure } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'
import { askerOf } from '../transfers.ts'

const MIB = 1 << 20
/** Two measurements that differ by less are of a worker at rest. */
const IDLE_SPREAD = 0.02
const MOST_IDLE_SAMPLES = 50

export const memory: Measure = {
  name: 'memory',
  title: 'The worker’s memory above idle while 1 GB is uploaded, served and downloaded.',
  async run({ lab, rounds, isQuick }): Promise<Figure[]> {
    const [up, served, down]: number[][] = [[], [], []]
    for (const round of rounds()) {
      const content = { sizeBytes: (isQuick ? 100 : 1000) * MB, seed: 4000 + round }
      const source = await lab.open({ browser: 'source', contestant: 'quire' })
      const asker = await lab.open({ browser: askerOf('quire'), contestant: 'quire' })
      const [sourceIdle, askerIdle] = [await idleOf(source), await idleOf(asker)]
      const uploading = await watchWorkerHeap(source.page)
      const ticket = await source.offer(content)
      up?.push(((await uploading.stop()).peakBytes - sourceIdle) / MIB)
      const [serving, fetching] = [await watchWorkerHeap(source.page), await watchWorkerHeap(asker.page)]
      await asker.fetch(ticket, content)
      served?.push(((await serving.stop()).peakBytes - sourceIdle) / MIB)
      down?.push(((await fetching.stop()).peakBytes - askerIdle) / MIB)
      lab.log(
        `  up ${up?.at(-1)?.toFixed(0)} MiB, serving ${served?.at(-1)?.toFixed(0)}, down ${down?.at(-1)?.toFixed(0)}`,
      )
      await asker.close()
      await source.close()
    }
    const [unit, aim, size] = ['MiB', { atMost: 64 }, isQuick ? '100 MB' : '1 GB']
    return [
      { name: `worker memory above idle, upload of ${size}`, unit, samples: up ?? [], aim },
      { name: `worker memory above idle, serving of ${size}`, unit, samples: served ?? [], aim },
      { name: `worker memory above idle, download of ${size}`, unit, samples: down ?? [], aim },
    ]
  },
}

/** What it holds at rest: measured after garbage collections until one measurement is as the one before. */
async function idleOf({ page }: ContestantPage): Promise<number> {
  let beforeBytes = Number.POSITIVE_INFINITY
  for (let i = 0; i < MOST_IDLE_SAMPLES; i++) {
    const { workerBytes } = await settledHeaps(page)
    if (Math.abs(workerBytes - beforeBytes) < IDLE_SPREAD * workerBytes) return workerBytes
    beforeBytes = workerBytes
  }
  throw new Error('The worker’s memory does not come to rest.')
}
