import { quantile } from '../../fixtures/quantile.ts'
import { SeededRandom } from '../../swarm/seeded-random.ts'
import type { ContestantPage } from '../contestant-page.ts'
import type { Figure } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'
import { askerOf, offerFrom } from '../transfers.ts'

const READ_BYTES = 65_536
/** Enough for a p95 in each round. */
const READS = 100

export const reads: Measure = {
  name: 'reads',
  title: 'First byte, seek, and random reads of 64 KiB when idle and while another dataset is downloaded.',
  quickBudgetS: 35,
  async run({ lab, rounds, isQuick }): Promise<Figure[]> {
    const [firstMs, seekMs, idleMs, bulkMs]: number[][] = [[], [], [], []]
    const library = { sizeBytes: 64 * MB, seed: 3000 }
    const bulk = { sizeBytes: (isQuick ? 64 : 256) * MB, seed: 3001 }
    const { ticket, pages } = await offerFrom(lab, { contestant: 'quire', content: library })
    const bulkTicket = (await pages[0]?.offer(bulk)) ?? ''
    for (const round of rounds()) {
      const asker = await lab.open({ browser: askerOf('quire'), contestant: 'quire' })
      const places = new Places(library.sizeBytes, round)
      firstMs?.push(await readAt(asker, ticket, 0))
      seekMs?.push(await readAt(asker, ticket, places.next()))
      idleMs?.push(
        await p95Of(
          () => readAt(asker, ticket, places.next()),
          () => false,
        ),
      )
      let isOver = false
      const fetched = asker.fetch(bulkTicket, bulk).finally(() => (isOver = true))
      // Awaited below; where a read fails first, that is the failure to tell of.
      fetched.catch(() => undefined)
      const duringMs = await p95Of(
        () => readAt(asker, ticket, places.next()),
        () => isOver,
      )
      await fetched
      bulkMs?.push(duringMs)
      lab.log(`  p95 idle ${idleMs?.at(-1)?.toFixed(1)} ms, during bulk ${duringMs.toFixed(1)} ms`)
      await asker.close()
    }
    const unit = 'ms'
    const idle = { name: 'p95 when idle', samples: idleMs ?? [] }
    return [
      { name: 'first byte of a file, not yet connected', unit, samples: firstMs ?? [] },
      { name: 'seek to a random place, connected', unit, samples: seekMs ?? [] },
      { name: 'random read of 64 KiB, p95, idle', unit, samples: idle.samples },
      {
        name: 'random read of 64 KiB, p95, during a bulk download',
        unit,
        samples: bulkMs ?? [],
        baseline: idle,
        aim: { atMost: 2 },
      },
    ]
  },
}

/** Places that were not read before: what was read is here, and a second read of it would say nothing. */
class Places {
  readonly #places: number[]

  constructor(sizeBytes: number, seed: number) {
    const blocks = Array.from({ length: Math.floor(sizeBytes / READ_BYTES) - 1 }, (_, i) => (i + 1) * READ_BYTES)
    this.#places = new SeededRandom(seed).shuffled(blocks)
  }

  next(): number {
    const place = this.#places.pop()
    if (place === undefined) throw new Error('The file is too small for so many reads.')
    return place
  }
}

async function p95Of(read: () => Promise<number>, isOver: () => boolean): Promise<number> {
  const timesMs: number[] = []
  while (timesMs.length < READS && !isOver()) timesMs.push(await read())
  if (timesMs.length < READS / 2) throw new Error(`Only ${timesMs.length} reads were made before the download ended.`)
  return quantile(timesMs, 0.95)
}

/** Time until the first bytes are here, measured in the page. */
async function readAt(asker: ContestantPage, ticket: string, startByte: number): Promise<number> {
  const range = { startByte, sizeBytes: READ_BYTES }
  const reading = asker.page.evaluate(([text, where]) => globalThis.quire.read(text, where), [ticket, range] as const)
  return (await asker.inTime('read', reading)).firstByteMs
}
