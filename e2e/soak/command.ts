import { chromium } from '@playwright/test'
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { CHROMIUM_FLAGS } from '../fixtures/chromium-flags.ts'
import { reportOf } from './report.ts'
import { Soak } from './soak.ts'

const OPTIONS = {
  seed: { type: 'string' },
  minutes: { type: 'string' },
  json: { type: 'string' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

const USAGE = `npm run soak -- [options]
  --minutes 30    how long; what is still on the way then may end
  --seed <n>      another one makes other files and another order; by default one of the clock’s
  --json <file>   the result
  --verbose       every action as it happens
`

interface Surroundings {
  readonly executablePath: string
  readonly hostileProgram: string
  readonly write: (text: string) => void
}

/** Runs a soak, writes its report, and resolves with the exit status. */
export async function runSoak(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { executablePath, hostileProgram, write } = surroundings
  const { values } = parseArgs({ args: [...args], options: OPTIONS })
  if (values.help === true) {
    write(USAGE)
    return 0
  }
  const seed = numberOf('seed', values.seed ?? String(Date.now() % 1_000_000))
  const minutes = numberOf('minutes', values.minutes ?? '30')
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS, headless: true })
  try {
    const log = (text: string): void => (values.verbose === true ? write(`${text}\n`) : undefined)
    const result = await Soak.run({ seed, minutes, browser, hostileProgram, log })
    write(reportOf(result))
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(result, undefined, 2)}\n`)
    return result.failure === undefined && result.growth.every(({ hasGrown }) => !hasGrown) ? 0 : 1
  } finally {
    await browser.close()
  }
}

function numberOf(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new TypeError(`--${name} takes a number above zero, not “${text}”`)
  return value
}
