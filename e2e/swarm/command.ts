import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { SwarmResult } from './measures.ts'
import { completionPlot, ratioPlot } from './plots.ts'
import { type Scenario, USUAL_SCENARIO } from './scenario.ts'
import { simulate } from './simulate.ts'
import { tableHead, tableRow } from './table.ts'

const FILES = { json: { type: 'string' }, plots: { type: 'string' }, help: { type: 'boolean' } } as const

/** Runs what the arguments ask for, writes the table and the files, and resolves with the exit status. */
export async function runSwarms(args: readonly string[], write: (text: string) => void): Promise<number> {
  const numbers = Object.fromEntries(Object.keys(USUAL_SCENARIO).map((name) => [optionOf(name), { type: 'string' }]))
  // Every entry is as the line above makes it; `fromEntries` widens the text.
  const options = { ...(numbers as Record<string, { type: 'string' }>), ...FILES }
  const { values } = parseArgs({ args: [...args], options })
  if (values.help === true) {
    write(usage())
    return 0
  }
  const results: SwarmResult[] = []
  write(tableHead())
  for (const scenario of scenariosOf(values)) {
    const result = await simulate(scenario)
    write(tableRow(result))
    results.push(result)
  }
  if (typeof values.json === 'string') await writeFile(values.json, `${JSON.stringify(results, undefined, 2)}\n`)
  if (typeof values.plots === 'string') await writePlots(values.plots, results)
  return results.every((result) => result.doneCount === result.stayedCount) ? 0 : 1
}

/** Every combination of the numbers given: `--nodes 10,30 --seeders 1,4` are four scenarios. */
export function scenariosOf(values: Readonly<Record<string, unknown>>): Scenario[] {
  let scenarios = [USUAL_SCENARIO]
  for (const name of Object.keys(USUAL_SCENARIO)) {
    const given = values[optionOf(name)]
    if (typeof given !== 'string') continue
    const numbers = given.split(',').map(Number)
    if (given === '' || numbers.some((number) => !(number >= 0))) {
      throw new TypeError(`--${optionOf(name)} takes numbers, not “${given}”`)
    }
    scenarios = scenarios.flatMap((scenario) => numbers.map((number) => ({ ...scenario, [name]: number })))
  }
  return scenarios
}

async function writePlots(folder: string, results: readonly SwarmResult[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'swarm-ratio.svg'), ratioPlot(results))
  await writeFile(join(folder, 'swarm-completion.svg'), completionPlot(results))
}

function usage(): string {
  const lines = Object.entries(USUAL_SCENARIO).map(([name, value]) => `  --${optionOf(name)} ${value}`)
  return [
    'npm run swarm -- [options]; a list such as 10,30,100 runs each, several lists every combination.',
    ...lines,
    '  --json <file>   every result',
    '  --plots <dir>   ratio and completion as SVG',
    '',
  ].join('\n')
}

/** `seederUpMbit` → `seeder-up-mbit`. */
function optionOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
