import { setMaxListeners } from 'node:events'
import { join } from 'node:path'
import { buildPages } from './build-pages.ts'
import { type FigureRecord, recordOf } from './figure.ts'
import { Lab, type Tracker } from './lab.ts'
import type { Measure, Setting } from './measure.ts'
import type { BenchOptions } from './options.ts'
import type { Section } from './report.ts'
import { paced, Rounds } from './statistics.ts'

/** Since this process started; what a quick run has by then is its result, and the rest is for its end. */
const QUICK_UNTIL_MS = 280_000
/** How long a contestant may hang. */
const TIMEOUT_MS = 300_000
const QUICK_TIMEOUT_MS = 30_000
/** How long what was cut off then may take to give what it has. */
const GRACE_MS = 5_000
const RIVALS = ['helia', 'webtorrent']

export interface Prepared {
  readonly executablePath: string
  /** Undefined where the bench’s own packages are not installed, as then no rival runs. */
  readonly startTracker: (() => Promise<Tracker>) | undefined
}

export interface Surroundings extends Prepared {
  readonly root: string
  readonly outDir: string
  readonly log: (text: string) => void
}

/** Measures one after another; one that breaks is left out, and the run is not whole. */
export async function measureAll(
  { measures, isQuick, count, sample }: BenchOptions,
  { root, outDir, executablePath, startTracker, log }: Surroundings,
): Promise<{ sections: Section[]; isWhole: boolean }> {
  const hasRivals = startTracker !== undefined
  const pagesDir = join(outDir, 'pages')
  await buildPages(join(root, 'e2e', 'bench'), pagesDir, hasRivals ? RIVALS : [])
  const signal = signalAt(isQuick ? QUICK_UNTIL_MS : undefined)
  const patience = { timeoutMs: isQuick ? QUICK_TIMEOUT_MS : TIMEOUT_MS, signal }
  const lab = await Lab.start({ executablePath, pagesDir, log, patience })
  // A keeper that nobody ends would stay.
  process.once('SIGINT', () => void lab.stop().finally(() => process.exit(130)))
  process.once('SIGTERM', () => void lab.stop().finally(() => process.exit(143)))
  const late = lateAfter(signal)
  const sections: Section[] = []
  try {
    if (startTracker !== undefined) lab.useTracker(await startTracker())
    for (const measure of measures) {
      const setting = settingOf(measure, { lab, isQuick, hasRivals, sample, root, count, signal })
      const records = await recordsOf(measure, { setting, signal, late })
      if (records.length > 0) sections.push({ measure, records })
      await lab.closeBrowsers()
    }
  } finally {
    await lab.stop()
  }
  return { sections, isWhole: !signal.aborted && sections.length === measures.length }
}

interface MeasureInit {
  readonly setting: Setting
  readonly signal: AbortSignal
  readonly late: Promise<never>
}

/** None where the measure broke: the figures of an hour are not thrown away for it, and the exit status tells. */
async function recordsOf(measure: Measure, { setting, signal, late }: MeasureInit): Promise<FigureRecord[]> {
  const { log } = setting.lab
  const startedMs = performance.now()
  log(`${measure.name}: ${measure.title}`)
  try {
    signal.throwIfAborted()
    const figures = await Promise.race([measure.run(setting), late])
    return figures.filter(({ samples, note }) => samples.length > 0 || note !== undefined).map(recordOf)
  } catch (error) {
    if (error === signal.reason) log(`  left out: ${String(error)}`)
    else log(`  failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    return []
  } finally {
    log(`  took ${((performance.now() - startedMs) / 1000).toFixed(0)} s`)
  }
}

interface RunInit extends Omit<Setting, 'rounds' | 'inTurn'> {
  readonly count: number
  readonly signal: AbortSignal
}

function settingOf({ quickBudgetS }: Measure, { count, signal, ...common }: RunInit): Setting {
  const budgetMs = common.isQuick && quickBudgetS !== undefined ? 1000 * quickBudgetS : undefined
  const rounds = (): Iterable<number> => paced({ count, budgetMs })
  return {
    ...common,
    rounds,
    inTurn: (names, one) => Rounds.run(names, { numbers: rounds(), signal, log: common.lab.log }, one),
  }
}

/** Aborts when this process is so old, or never. */
function signalAt(ageMs: number | undefined): AbortSignal {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  if (ageMs === undefined) return controller.signal
  const leftMs = Math.max(0, ageMs - performance.now())
  setTimeout(() => controller.abort(new Error('The five minutes of a quick run are over.')), leftMs).unref()
  return controller.signal
}

/** Rejects some time after the signal; what does not heed it is then of no concern. */
function lateAfter(signal: AbortSignal): Promise<never> {
  const late = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => setTimeout(() => late.reject(signal.reason), GRACE_MS), { once: true })
  // Between two measures nobody listens.
  late.promise.catch(() => undefined)
  return late.promise
}
