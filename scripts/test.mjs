/**
 * `npm test`: checks, unit tests, tests in a real browser; ends with what failed or took two tries, by name, and a count.
 *
 *   ensureChromium → check → vitest (unit, browser) → playwright (two and three browsers and a keeper) → laboratory
 */
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { buildWhatIsStale } from './build.mjs'
import { check } from './check.mjs'
import { ensureChromium } from './chromium.mjs'
import { root, run } from './run.mjs'
import { readPlaywright, readVitest } from './test-reports.mjs'

const CACHE = join(root, '.cache')
const startedAt = performance.now()

await mkdir(CACHE, { recursive: true })
const { path: chromium, source } = await ensureChromium()
process.stdout.write(`Browser for the tests: ${chromium} (${source})\n`)
await buildWhatIsStale()

const results = [['check', await check()], await vitest('unit'), await vitest('browser'), await playwright()]
results.push(await laboratory())

const count = { passed: 0, failed: 0, skipped: 0 }
const notPassed = []
for (const [part, { passed, failed, skipped, retried = [] }] of results) {
  count.passed += passed
  count.failed += failed.length
  count.skipped += skipped.length
  for (const name of failed) notPassed.push(`failed: ${part}: ${name}\n`)
  for (const name of retried) notPassed.push(`passed at the second try: ${part}: ${name}\n`)
  for (const name of skipped) notPassed.push(`skipped: ${part}: ${name}\n`)
}
const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1)
process.stdout.write(`\nAll of it took ${minutes} minutes.\n`)
// Last, so that the end of a log is enough to know what is wrong.
process.stdout.write(notPassed.join(''))
process.stdout.write(`tests: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`)
// A skipped test is a failed build: it says nothing and looks as if it did. Only who is not root may go without the laboratory.
const isForgiven = (part) => part === 'lab' && process.env.CI !== 'true'
const isGood = results.every(
  ([part, { failed, skipped }]) => failed.length === 0 && (skipped.length === 0 || isForgiven(part)),
)
process.exitCode = isGood ? 0 : 1

async function vitest(project) {
  const report = join(CACHE, `${project}-tests.json`)
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  return [project, await reported('vitest', args, { report, read: readVitest })]
}

async function playwright() {
  const report = join(CACHE, 'browser-tests.json')
  return ['e2e', await reported('playwright', ['test'], { report, read: readPlaywright })]
}

async function laboratory() {
  const report = join(CACHE, 'lab-tests.json')
  const args = [join(root, 'scripts', 'lab.mjs'), '--short', '--report', report]
  return ['lab', await reported(process.execPath, args, { report, read: (json) => json })]
}

async function reported(command, args, { report, read }) {
  await rm(report, { force: true })
  const { code } = await run(command, args, { env: { CHROMIUM: chromium } })
  const text = await readFile(report, 'utf8').catch(() => undefined)
  if (text === undefined)
    return { passed: 0, failed: [`${command} ended with code ${code} and no report`], skipped: [] }
  const result = read(JSON.parse(text))
  if (result.failed.length > 0 || (code === 0 && result.passed + result.skipped.length > 0)) return result
  const reason = code === 0 ? 'ran no test' : `ended with code ${code} and no failed test`
  return { ...result, failed: [`${command} ${reason}`] }
}
