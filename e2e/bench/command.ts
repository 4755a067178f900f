// First: libp2p needs Promise.withResolvers, which Node 20 lacks.
import '../../src/node/promise-with-resolvers.ts'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildPages } from './build-pages.ts'
import { recordOf } from './figure.ts'
import { Lab } from './lab.ts'
import type { Measure } from './measure.ts'
import { describeMachine } from './machine.ts'
import { MEASURES } from './measures/all.ts'
import { type Section, writeDocs, writeJson, writePlots } from './report.ts'
import { paced } from './statistics.ts'
import { tableOf } from './table.ts'

const OPTIONS = {
  rounds: { type: 'string' },
  only: { type: 'string', multiple: true },
  quick: { type: 'boolean' },
  json: { type: 'string' },
  plots: { type: 'string' },
  'write-docs': { type: 'boolean' },
  list: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

const ROUNDS = 5
/** Since this process started; what a quick run has by then is its result. */
const QUICK_UNTIL_MS = 285_000
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
  const count = Number(values.rounds ?? ROUNDS)
  if (!(count >= 1)) throw new TypeError('--rounds takes a number of at least 1')
  const { sections, hasFailed } = await measureAll(chosen(values.only, isQuick), { parts, isQuick, count })
  for (const { records } of sections) parts.write(`\n${tableOf(records)}`)
  if (values.json !== undefined) await writeJson(values.json, sections)
  if (values.plots !== undefined) await writePlots(values.plots, sections)
  if (values['write-docs'] === true) {
    const machine = await describeMachine(parts.executablePath)
    await writeDocs(join(parts.root, 'docs', 'PERFORMANCE.md'), sections, machine)
  }
  return hasFailed || sections.some(({ records }) => records.some(({ isMet }) => isMet === false)) ? 1 : 0
}

interface RunInit {
  readonly parts: BenchParts
  readonly isQuick: boolean
  readonly count: number
}

async function measureAll(measures: readonly Measure[], { parts, isQuick, count }: RunInit) {
  const { root, outDir, executablePath, startTracker, write } = parts
  const hasRivals = startTracker !== undefined
  const pagesDir = join(outDir, 'pages')
  await buildPages(join(root, 'e2e', 'bench'), pagesDir, hasRivals ? RIVALS : [])
  const log = (text: string): void => write(`${text}\n`)
  const lab = await Lab.start({ executablePath, pagesDir, log })
  // A keeper that nobody ends would stay.
  process.once('SIGINT', () => void lab.stop().finally(() => process.exit(130)))
  process.once('SIGTERM', () => void lab.stop().finally(() => process.exit(143)))
  const sections: Section[] = []
  let hasFailed = false
  try {
    if (startTracker !== undefined) lab.useTracker(await startTracker())
    for (const measure of measures) {
      const startedMs = performance.now()
      log(`${measure.name}: ${measure.title}`)
      const { quickBudgetS } = measure
      const budgetMs = isQuick && quickBudgetS !== undefined ? 1000 * quickBudgetS : undefined
      const rounds = (): Iterable<number> => paced({ count, budgetMs })
      try {
        const running = measure.run({ lab, rounds, isQuick, hasRivals })
        const isLimited = isQuick && quickBudgetS !== undefined
        const figures = await (isLimited ? before(running, QUICK_UNTIL_MS) : running)
        sections.push({ measure, records: figures.map(recordOf) })
      } catch (error) {
        // The figures of an hour are not thrown away for one that broke; the exit status tells.
        hasFailed = true
        log(`  failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      }
      await lab.closeBrowsers()
      log(`  took ${((performance.now() - startedMs) / 1000).toFixed(0)} s`)
    }
  } finally {
    await lab.stop()
  }
  return { sections, hasFailed }
}

/** Rejects where `work` is not done when the process is so old; what it still does is then of no concern. */
function before<T>(work: Promise<T>, untilMs: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const leftMs = Math.max(0, untilMs - performance.now())
  const timer = setTimeout(() => late.reject(new Error('The five minutes of a quick run are over.')), leftMs)
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer))
}

function chosen(only: readonly string[] | undefined, isQuick: boolean): readonly Measure[] {
  if (only === undefined) return isQuick ? MEASURES.filter((measure) => measure.quickBudgetS !== undefined) : MEASURES
  return only.map((name) => {
    const measure = MEASURES.find((each) => each.name === name)
    if (measure === undefined) throw new TypeError(`No measure is called “${name}”; --list names them.`)
    return measure
  })
}

function usage(): string {
  return [
    'npm run bench -- [options]',
    `  --rounds <n>     rounds, ${ROUNDS} unless told`,
    '  --only <name>    one measure; may be repeated',
    '  --quick          a run of at most five minutes: fewer measures, smaller sizes, fewer rounds on slow machines',
    '  --json <file>    every figure',
    '  --plots <dir>    a picture for each measure',
    '  --write-docs     puts the tables into docs/PERFORMANCE.md',
    '',
    'Measures:',
    ...MEASURES.map(({ name, title }) => `  ${name.padEnd(22)} ${title}`),
    '',
  ].join('\n')
}
