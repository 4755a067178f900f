import { parseArgs } from 'node:util'
import type { Measure, SampleSize } from './measure.ts'
import { MEASURES } from './measures/all.ts'

const OPTIONS = {
  rounds: { type: 'string', default: '5' },
  only: { type: 'string', multiple: true },
  quick: { type: 'boolean' },
  json: { type: 'string' },
  plots: { type: 'string' },
  'write-docs': { type: 'boolean' },
  messages: { type: 'string', default: '1000000' },
  weeks: { type: 'string', default: '260' },
  channels: { type: 'string', default: '50' },
  list: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

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
  readonly sample: SampleSize
}

/** Throws a `TypeError` with a sentence for a person where the arguments are wrong. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  const named = [...(values.only ?? []), ...positionals]
  const only = named.length === 0 ? undefined : named
  const { quick: isQuick = false, json, plots, 'write-docs': writesDocs = false } = values
  const count = wholeNumber('rounds', values.rounds)
  const says = values.help === true ? usage() : values.list === true ? list() : undefined
  const sample = {
    messages: wholeNumber('messages', values.messages),
    weeks: wholeNumber('weeks', values.weeks),
    channels: wholeNumber('channels', values.channels),
  }
  return { says, measures: chosen(only, isQuick), isQuick, count, json, plots, writesDocs, sample }
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new TypeError(`--${name} takes a whole number of at least 1.`)
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
  return `npm run bench -- [measures] [options]
  --rounds <n>     rounds, ${OPTIONS.rounds.default} unless told
  --only <name>    one measure, as its bare name; may be repeated
  --list           the measures by name
  --quick          a run of at most five minutes: fewer measures, smaller sizes, fewer rounds on slow machines
  --json <file>    every figure
  --plots <dir>    pictures of each measure
  --write-docs     puts the tables into docs/PERFORMANCE.md
  --messages <n>   of the sample community that “history” is measured with; also --weeks, --channels
`
}
