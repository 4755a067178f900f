import { STORIES } from './stories/stories.ts'
import type { Story } from './stories/story.ts'
import { parseArgs } from 'node:util'
import {
  ALL_PAIRS,
  EASIEST_DIRECT,
  HARDEST_DIRECT,
  isNetworkName,
  LINE_PAIRS,
  NETWORK_NAMES,
  type Pair,
  TELLING_PAIRS,
} from './network-kinds.ts'

const OPTIONS = {
  short: { type: 'boolean' },
  stories: { type: 'boolean' },
  only: { type: 'string', multiple: true },
  repeat: { type: 'string' },
  line: { type: 'boolean' },
  json: { type: 'string' },
  report: { type: 'string' },
  help: { type: 'boolean' },
} as const

export const USAGE = `npm run test:lab -- [options]
  --short           the telling cells and stories alone, as in npm test
  --only <a>,<b>    one cell: ${NETWORK_NAMES.join(', ')}; may be repeated
  --stories         the stories alone
  --repeat <n>      so many runs of the easiest and of the hardest direct cell, or of those of --only; 20 by default
  --line            also over a line of 50 ms that loses 1 %
  --json <file>     the cells as a list
  --report <file>   how many passed, and the names of what failed or was skipped
`

export interface LabOptions {
  readonly pairs: readonly Pair[]
  /** Cells that are run `repeats` times more, and how often all but one in twenty must be direct. */
  readonly repeated: readonly Pair[]
  readonly repeats: number
  /** Cells that are run once more with a long line between the networks. */
  readonly overLine: readonly Pair[]
  readonly stories: readonly Story[]
  readonly json: string | undefined
  readonly report: string | undefined
}

/** Undefined where help was asked for. */
export function parseOptions(args: readonly string[]): LabOptions | undefined {
  const { values } = parseArgs({ args: [...args], options: OPTIONS })
  if (values.help === true) return undefined
  const only = values.stories === true ? [] : values.only?.map(parsePair)
  const isShort = values.short === true
  const isRepeated = values.repeat !== undefined || (only === undefined && !isShort)
  return {
    pairs: only ?? (isShort ? TELLING_PAIRS : ALL_PAIRS),
    repeated: isRepeated ? (only ?? [EASIEST_DIRECT, HARDEST_DIRECT]) : [],
    repeats: parseCount(values.repeat ?? '20'),
    overLine: values.line === true ? (only ?? LINE_PAIRS) : only === undefined && !isShort ? LINE_PAIRS : [],
    stories: values.only === undefined ? STORIES.filter(({ isShort: isTold }) => isTold || !isShort) : [],
    json: values.json,
    report: values.report,
  }
}

function parsePair(text: string): Pair {
  const [a = '', b = ''] = text.split(',')
  if (isNetworkName(a) && isNetworkName(b)) return { a, b }
  throw new TypeError(`--only takes two of ${NETWORK_NAMES.join(', ')}, joined by a comma, not “${text}”.`)
}

function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new TypeError(`--repeat takes a number above zero, not “${text}”.`)
}
