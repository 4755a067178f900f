import { parseArgs } from 'node:util'
import type { Measure } from './measure.ts'
import { MEASURES } from './measures/all.ts'

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

/** What the arguments ask for. */
export interface BenchOptions {
  /** Help or list: to be written in place of a run. */
  readonly says: string | undefined
  readonly measures: readonly Measure[]
  readonly isQuick: boolean
  /** Of the rounds. */
  readonly count: number
  readonly json: string | undefined
  readonly plots: string | undefined
  readonly writesDocs: boolean
}

/** Throws a `TypeError` with a sentence for a person where the arguments are wrong. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({ args: [...args], options: OPTIONS })
  const { only, quick: isQuick = false, json, plots, 'write-docs': writesDocs = false } = values
  const count = Number(values.rounds ?? ROUNDS)
  if (!(Number.isInteger(count) && count >= 1)) throw new TypeError('--rounds takes a whole number of at least 1.')
  const says = values.help === true ? usage() : values.list === true ? list() : undefined
  return { says, measures: chosen(only, isQuick), isQuick, count, json, plots, writesDocs }
}

function chosen(only: readonly string[] | undefined, isQuick: boolean): readonly Measure[] {
  if (only === undefined) return isQuick ? MEASURES.filter((measure) => measure.quickBudgetS !== undefined) : MEASURES
  return only.map((name) => {
    const measure = MEASURES.find((each) => each.name === name)
    if (measure === undefined) throw new TypeError(`No measure is called “${name}”; --list names them.`)
    return measure
  })
}

function list(): string {
  return MEASURES.map(({ name, title }) => `${name.padEnd(20)} ${title}\n`).join('')
}

function usage(): string {
  return `npm run bench -- [options]
  --rounds <n>     rounds, ${ROUNDS} unless told
  --only <name>    one measure; may be repeated
  --list           the measures by name
  --quick          a run of at most five minutes: fewer measures, smaller sizes, fewer rounds on slow machines
  --json <file>    every figure
  --plots <dir>    pictures of each measure
  --write-docs     puts the tables into docs/PERFORMANCE.md
`
}
