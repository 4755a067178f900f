import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { SwarmResult } from './measures.ts'
import { combinationsOf, numberOptions, numberUsage } from './number-options.ts'
import { completionPlot, ratioPlot, trafficPlot } from './plots.ts'
import { type Scenario, USUAL_SCENARIO } from './scenario.ts'
import { simulate } from './simulate.ts'
import { SUITE } from './suite.ts'
import { tableHead, tableRow } from './table.ts'

type Options = Readonly<Record<string, unknown>>

/** Scenarios whose results belong together. */
interface Part {
  readonly name: string
  readonly title: string
  readonly scenarios: readonly Scenario[]
}

const OTHERS = {
  suite: { type: 'boolean' },
  part: { type: 'string' },
  json: { type: 'string' },
  plots: { type: 'string' },
  help: { type: 'boolean' },
} as const

/** Runs what the arguments ask for, writes the tables and the files, and resolves with the exit status. */
export async function runSwarms(args: readonly string[], write: (text: string) => void): Promise<number> {
  const options = { ...numberOptions(USUAL_SCENARIO), ...OTHERS }
  const { values } = parseArgs({ args: [...args], options })
  if (values.help === true) {
    write(usage())
    return 0
  }
  const all: (SwarmResult & { part: string })[] = []
  for (const { name, title, scenarios } of partsOf(values)) {
    write(`${title === '' ? '' : `\n${name}: ${title}\n\n`}${tableHead()}`)
    const results: SwarmResult[] = []
    for (const scenario of scenarios) {
      const result = await simulate(scenario)
      write(tableRow(result))
      results.push(result)
    }
    all.push(...results.map((result) => ({ part: name, ...result })))
    // A whole suite takes long; what is done is kept.
    if (typeof values.json === 'string') await writeFile(values.json, `${JSON.stringify(all, undefined, 2)}\n`)
    if (typeof values.plots === 'string') await writePlots(values.plots, name, results)
  }
  return all.every((result) => result.doneCount === result.stayedCount) ? 0 : 1
}

/** The parts of the suite, where options that are given win over theirs; else the one scenario list of the options. */
export function partsOf(values: Options): Part[] {
  if (values['suite'] !== true) return [{ name: 'swarm', title: '', scenarios: scenariosOf(values) }]
  const chosen = SUITE.filter(({ name }) => values['part'] === undefined || values['part'] === name)
  if (chosen.length === 0) throw new TypeError(`--part is one of ${SUITE.map(({ name }) => name).join(', ')}`)
  return chosen.map(({ name, title, options }) => ({ name, title, scenarios: scenariosOf({ ...options, ...values }) }))
}

/** Every combination of the numbers given: `--nodes 10,30 --seeders 1,4` are four scenarios. */
export function scenariosOf(values: Options): Scenario[] {
  return combinationsOf(USUAL_SCENARIO, values)
}

async function writePlots(folder: string, name: string, results: readonly SwarmResult[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${name}-ratio.svg`), ratioPlot(results))
  await writeFile(join(folder, `${name}-completion.svg`), completionPlot(results))
  await writeFile(join(folder, `${name}-traffic.svg`), trafficPlot(results))
}

function usage(): string {
  return [
    'npm run swarm -- [options]; a list such as 10,30,100 runs each, several lists every combination.',
    ...numberUsage(USUAL_SCENARIO),
    '  --suite         the parts below, with the options given in the place of theirs',
    '  --part <name>   only one of them',
    '  --json <file>   every result',
    '  --plots <dir>   ratio, completion, and traffic beside the content, as SVG',
    '',
    ...SUITE.map(({ name, title, options }) => {
      const given = Object.entries(options).map(([option, value]) => `--${option} ${value}`)
      return `  ${name.padEnd(8)} ${title}: ${given.join(' ')}`
    }),
    '',
  ].join('\n')
}
