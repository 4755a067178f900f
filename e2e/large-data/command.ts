import '../../src/node/promise-with-resolvers.ts'
import { statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { median } from '../fixtures/quantile.ts'
import { type Move, moveBetweenNodes } from './two-nodes.ts'

const MB = 1_000_000
const SMALL_MB = 100
/** CPU time of a block in the large dataset against one in the small, at most. */
const MOST_GROWTH = 1.1
/** Private memory of both nodes in one process, above what moving the small dataset takes. */
const MOST_EXTRA_MB = 150

const USAGE = `npm run large -- [options]
  --megabytes 10000   the dataset; twice as much is needed on the disk
  --rounds 3          of ${SMALL_MB} MB before and after it, to compare with; the median counts
  --json <file>       the result
`
const OPTIONS = {
  megabytes: { type: 'string', default: '10000' },
  rounds: { type: 'string', default: '3' },
  json: { type: 'string' },
  help: { type: 'boolean' },
} as const

/** Moves a large dataset and small ones, writes what a block of each costs, and resolves with the exit status. */
export async function runLarge(args: readonly string[], write: (text: string) => void): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS })
  if (values.help === true) {
    write(USAGE)
    return 0
  }
  const [megabytes, rounds] = [Number(values.megabytes), Number(values.rounds)]
  if (!(megabytes >= SMALL_MB && rounds >= 1)) {
    throw new TypeError(`--megabytes is at least ${SMALL_MB}, --rounds at least 1.`)
  }
  await requireRoom(2.2 * megabytes * MB)
  write('| dataset | upload, CPU a block | transfer, CPU a block | upload | transfer | memory | |\n')
  write('| :-- | --: | --: | --: | --: | --: | :-- |\n')
  const small: Move[] = []
  let seed = 1
  const moveSmall = async (): Promise<void> => {
    for (let i = 0; i < rounds; i++) small.push(await move(SMALL_MB, { seed: seed++, write }))
  }
  // The first one pays for what is compiled and allocated once.
  await move(SMALL_MB, { seed: seed++, write })
  await moveSmall()
  const large = await move(megabytes, { seed: seed++, write })
  await moveSmall()
  const ratios = { upload: ratioOf(large, small, 'upload'), fetch: ratioOf(large, small, 'fetch') }
  const extraMb = (large.peakMemoryBytes - Math.max(...small.map(({ peakMemoryBytes }) => peakMemoryBytes))) / MB
  const isGood =
    [large, ...small].every(({ isEqual }) => isEqual === true) &&
    Math.max(ratios.upload, ratios.fetch) <= MOST_GROWTH &&
    extraMb <= MOST_EXTRA_MB
  write(
    `\nA block of ${megabytes} MB costs ${ratios.upload.toFixed(2)} times one of ${SMALL_MB} MB to add, ` +
      `${ratios.fetch.toFixed(2)} times to move (at most ${MOST_GROWTH}); ` +
      `memory ${extraMb.toFixed(0)} MB above that of ${SMALL_MB} MB (at most ${MOST_EXTRA_MB}). ${isGood ? 'Good.' : 'NOT good.'}\n`,
  )
  if (values.json !== undefined)
    await writeFile(values.json, JSON.stringify({ large, small, ratios, extraMb }, undefined, 2))
  return isGood ? 0 : 1
}

async function move(
  megabytes: number,
  { seed, write }: { seed: number; write: (text: string) => void },
): Promise<Move> {
  const moved = await moveBetweenNodes({ sizeBytes: megabytes * MB, seed }, { isCompared: true })
  const { upload, fetch, blocks, peakMemoryBytes, isEqual } = moved
  const cells = [
    `${megabytes} MB`,
    ...[upload, fetch].map(({ cpuMs }) => `${(cpuMs / blocks).toFixed(3)} ms`),
    ...[upload, fetch].map(({ wallMs }) => `${((1000 * megabytes) / wallMs).toFixed(0)} MB/s`),
    `${(peakMemoryBytes / MB).toFixed(0)} MB`,
    isEqual === true ? 'equal' : 'NOT EQUAL',
  ]
  write(`| ${cells.join(' | ')} |\n`)
  return moved
}

function ratioOf(large: Move, small: readonly Move[], part: 'upload' | 'fetch'): number {
  const costOf = (move: Move): number => move[part].cpuMs / move.blocks
  return costOf(large) / median(small.map(costOf))
}

async function requireRoom(neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir())
  if (bavail * bsize < neededBytes) {
    throw new Error(`${tmpdir()} has ${bavail * bsize} bytes free; this needs ${neededBytes}.`)
  }
}
