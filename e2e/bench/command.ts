// First: libp2p needs Promise.withResolvers, which Node 20 lacks.
import '../../src/node/promise-with-resolvers.ts'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildPages } from './build-pages.ts'
import { type FigureRecord, recordOf } from './figure.ts'
import { Lab } from './lab.ts'
import type { Measure } from './measure.ts'
import { MEASURES } from './measures/all.ts'
import { tableOf } from './table.ts'

const OPTIONS = {
  rounds: { type: 'string' },
  only: { type: 'string', multiple: true },
  quick: { type: 'boolean' },
  json: { type: 'string' },
  list: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

const ROUNDS = 5
const QUICK_ROUNDS = 3
const RIVALS = ['helia', 'webtorrent']

export interface BenchParts {
  /** The project’s root. */
  readonly root: string
  /** Where what is built for the benchmark goes. */
  readonly outDir: string
  readonly executablePath: string
  /** Starts a BitTorrent tracker; undefined where the bench’s own packages are not installed, as then no rival runs. */
  readonly startTracker: (() => Promise<{ url: string; stop: () => Promise<void> }>) | undefined
  readonly write: (text: string) => void
}

/** Runs what the arguments ask for, writes the table and the files, and resolves with the exit status. */
export async function runBench(args: readonly string[], parts: BenchParts): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS })
  if (values.help === true || values.list === true) {
    parts.write(usage())
    return 0
  }
  const isQuick = values.quick ?? false
  const rounds = Number(values.rounds ?? (isQuick ? QUICK_ROUNDS : ROUNDS))
  if (!(rounds >= 1)) throw new TypeError('--rounds takes a number of at least 1')
  const measures = chosen(values.only, isQuick)
  const pagesDir = join(parts.outDir, 'pages')
  const hasRivals = parts.startTracker !== undefined
  await buildPages(join(parts.root, 'e2e', 'bench'), pagesDir, hasRivals ? RIVALS : [])
  const log = (text: string): void => parts.write(`${text}\n`)
  const lab = await Lab.start({ executablePath: parts.executablePath, pagesDir, log })
  const records: FigureRecord[] = []
  try {
    if (parts.startTracker !== undefined) lab.useTracker(await parts.startTracker())
    for (const measure of measures) {
      const startedMs = performance.now()
      log(`${measure.name}: ${measure.title}`)
      const figures = await measure.run({ lab, rounds, isQuick, hasRivals })
      records.push(...figures.map(recordOf))
      await lab.closeBrowsers()
      log(`  took ${((performance.now() - startedMs) / 1000).toFixed(0)} s`)
    }
  } finally {
    await lab.stop()
  }
  parts.write(`\n${tableOf(records)}`)
  if (values.json !== undefined) await writeJson(values.json, records)
  return records.some(({ isMet }) => isMet === false) ? 1 : 0
}

function chosen(only: readonly string[] | undefined, isQuick: boolean): readonly Measure[] {
  if (only === undefined) return isQuick ? MEASURES.filter((measure) => measure.isInQuick) : MEASURES
  return only.map((name) => {
    const measure = MEASURES.find((each) => each.name === name)
    if (measure === undefined) throw new TypeError(`No measure is called “${name}”; --list names them.`)
    return measure
  })
}

async function writeJson(file: string, records: readonly FigureRecord[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify(records, undefined, 2)}\n`)
}

function usage(): string {
  return [
    'npm run bench -- [options]',
    `  --rounds <n>     rounds, ${ROUNDS} unless told, ${QUICK_ROUNDS} with --quick`,
    '  --only <name>    one measure; may be repeated',
    '  --quick          a run of at most five minutes: fewer measures, smaller sizes',
    '  --json <file>    every figure',
    '',
    'Measures:',
    ...MEASURES.map(({ name, title }) => `  ${name.padEnd(22)} ${title}`),
    '',
  ].join('\n')
}
