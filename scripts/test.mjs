/**
 * `npm test`: checks, unit tests, tests in a real browser; ends with a line of counts.
 *
 *   ensureChromium → check → vitest (unit, browser) → playwright (two and three browsers and a keeper)
 */
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { buildWhatIsStale } from './build.mjs'
import { check } from './check.mjs'
import { ensureChromium } from './chromium.mjs'
import { root, run } from './run.mjs'

const CACHE = join(root, '.cache')
const startedAt = performance.now()

await mkdir(CACHE, { recursive: true })
const { path: chromium, source } = await ensureChromium()
process.stdout.write(`Browser for the tests: ${chromium} (${source})\n`)
await buildWhatIsStale()

const results = [await check(), await vitest('unit'), await vitest('browser'), await playwright()]

const sum = (key) => results.reduce((total, result) => total + (result[key] ?? 0), 0)
const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1)
process.stdout.write(`\nAll of it took ${minutes} minutes.\n`)
process.stdout.write(`tests: ${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`)
// A skipped test is a failed build: it says nothing and looks as if it did.
process.exitCode = sum('failed') + sum('skipped') === 0 ? 0 : 1

async function vitest(project) {
  const report = join(CACHE, `${project}-tests.json`)
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  return counted('vitest', args, report, (json) => ({
    passed: json.numPassedTests,
    failed: json.numFailedTests,
    skipped: json.numPendingTests + json.numTodoTests,
  }))
}

async function playwright() {
  return counted('playwright', ['test'], join(CACHE, 'browser-tests.json'), ({ stats }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
  }))
}

async function counted(command, args, report, read) {
  await rm(report, { force: true })
  const { code } = await run(command, args, { env: { CHROMIUM: chromium } })
  const text = await readFile(report, 'utf8').catch(() => undefined)
  if (text === undefined) return { passed: 0, failed: 1 }
  const counts = read(JSON.parse(text))
  if (counts.passed === 0 || (code !== 0 && counts.failed === 0)) return { ...counts, failed: counts.failed + 1 }
  return counts
}
