import { settledHeaps, watchWorkerHeap } from '../../fixtures/worker-heap.ts'
import type { ContestantPage } from '../contestant-page.ts'
import type { Figure } from '../figure.ts'
import type { Lab } from '../lab.ts'
import { MB, type Measure } from '../measure.ts'
import type { SeededContent } from '../pages/contestant.ts'
import { askerOf } from '../transfers.ts'

const MIB = 1 << 20
/** Two measurements that differ by less are of a worker at rest. */
const IDLE_SPREAD = 0.02
const MOST_IDLE_SAMPLES = 50

const WAYS = ['held', 'with garbage'] as const
const WORK = ['upload', 'serving', 'download'] as const

export const memory: Measure = {
  name: 'memory',
  title: 'The worker’s memory above idle while 1 GB is uploaded, served and downloaded.',
  async run({ lab, rounds, isQuick }): Promise<Figure[]> {
    const size = isQuick ? '100 MB' : '1 GB'
    const figures = WAYS.flatMap((way) => WORK.map((work) => ({ way, work, samples: [] as number[] })))
    for (const round of rounds()) {
      const content = { sizeBytes: (isQuick ? 100 : 1000) * MB, seed: 4000 + round }
      for (const way of WAYS) {
        const peaks = await peaksOf(lab, content, { collects: way === 'held' })
        lab.log(`  ${way}: ${WORK.map((work) => `${work} ${peaks[work].toFixed(0)} MiB`).join(', ')}`)
        for (const figure of figures) if (figure.way === way) figure.samples.push(peaks[figure.work])
      }
    }
    return figures.map(({ way, work, samples }) => ({
      name: `worker memory above idle, ${work} of ${size}, ${way}`,
      unit: 'MiB',
      samples,
      aim: { atMost: 64 },
    }))
  },
}

/** MiB above idle at most; with `collects` of what is held, else with what the browser has not yet collected. */
async function peaksOf(
  lab: Lab,
  content: SeededContent,
  init: { collects: boolean },
): Promise<Record<(typeof WORK)[number], number>> {
  const source = await lab.open({ browser: 'source', contestant: 'quire' })
  const asker = await lab.open({ browser: askerOf('quire'), contestant: 'quire' })
  const [sourceIdleBytes, askerIdleBytes] = [await idleOf(source), await idleOf(asker)]
  const uploading = await watchWorkerHeap(source.page, init)
  const ticket = await source.offer(content)
  const uploaded = await uploading.stop()
  const [serving, fetching] = [await watchWorkerHeap(source.page, init), await watchWorkerHeap(asker.page, init)]
  await asker.fetch(ticket, content)
  const [served, fetched] = [await serving.stop(), await fetching.stop()]
  await asker.close()
  await source.close()
  return {
    upload: (uploaded.peakBytes - sourceIdleBytes) / MIB,
    serving: (served.peakBytes - sourceIdleBytes) / MIB,
    download: (fetched.peakBytes - askerIdleBytes) / MIB,
  }
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
