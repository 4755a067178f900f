import { BlockSet } from '../../src/codec/block-set.ts'
import { BlockLedger } from '../../src/exchange/block-ledger.ts'
import { BulkChoice, type Seat } from '../../src/exchange/bulk-choice.ts'
import { Rarity } from '../../src/exchange/rarity.ts'
import { median } from '../fixtures/quantile.ts'
import { SeededRandom } from './seeded-random.ts'

const PEERS = 8
const REQUEST_BLOCKS = 16
const ROUNDS = 5

/** CPU microseconds a block to choose, take and store all blocks of a dataset, from whole peers and from parts; a table. */
export function ledgerCosts(): string[] {
  const lines = [
    '| blocks | whole peers, µs a block | parts, µs a block |',
    '|-------:|------------------------:|------------------:|',
  ]
  costOf(16_000, 1)
  costOf(16_000, 0.5)
  for (const blockCount of [1_600, 16_000, 160_000]) {
    const [whole, parts] = [1, 0.5].map((part) =>
      median(Array.from({ length: ROUNDS }, () => costOf(blockCount, part))),
    )
    lines.push(`| ${blockCount} | ${whole?.toFixed(2)} | ${parts?.toFixed(2)} |`)
  }
  return lines
}

/** A dataset fetched by the choice alone, from peers of which each has about the part `part` in runs of up to 64 blocks. */
function costOf(blockCount: number, part: number): number {
  const random = new SeededRandom(1)
  const rarity = new Rarity(blockCount)
  const ledger = new BlockLedger(new BlockSet(blockCount), { origin: Math.floor(random.next() * blockCount) })
  const choice = new BulkChoice({ ledger, rarity, random: () => random.next() })
  const seats = Array.from({ length: PEERS }, (_, i): Seat => {
    const held = new BlockSet(blockCount)
    for (let start = 0; start < blockCount; start += 64) {
      // The first has everything, so that nothing is missing everywhere.
      if (i > 0 && random.next() >= part) continue
      held.addRange(start, 64)
    }
    for (const run of held.ranges()) rarity.add(run)
    return { held, cursor: 0, next: -1 }
  })
  const before = process.cpuUsage()
  for (let turn = 0; !ledger.isAllTaken; turn++) {
    const seat = seats[turn % PEERS]
    if (seat !== undefined) ledger.markStored(choice.claim(seat, { limit: REQUEST_BLOCKS, isShared: part < 1 }))
  }
  return process.cpuUsage(before).user / blockCount
}
