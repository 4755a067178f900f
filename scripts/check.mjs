/**
 * `npm run check`: everything that can be said of the code without running it. Each step is a line; a failed one shows
 * its output. The layers’ canary runs in the same go: a fence that lets a planted import through is a failed check.
 */
import { checkApiDocs } from './api-docs.mjs'
import { checkLayers } from './check-layers.mjs'
import { checkSize } from './check-size.mjs'
import { run } from './run.mjs'

/** @type {readonly (readonly [string, () => Promise<{ code: number, output: string, seconds: number, note?: string }>])[]} */
const STEPS = [
  ['types', () => run('tsc', ['-b'], { quiet: true })],
  ['lint', () => run('oxlint', ['--type-aware', '--deny-warnings'], { quiet: true })],
  ['layers', checkLayers],
  ['dead code', () => run('knip', ['--no-progress'], { quiet: true })],
  ['format', () => run('oxfmt', ['--check'], { quiet: true })],
  ['api reference', checkApiDocs],
  ['size', checkSize],
]

/** Runs every step; resolves with how many passed and which failed. */
export async function check() {
  const failed = []
  for (const [name, step] of STEPS) {
    const { code, output, seconds, note = '' } = await step()
    process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)${note && ` ${note}`}\n`)
    if (code === 0) continue
    failed.push(name)
    process.stdout.write(`${output}\n`)
  }
  return { passed: STEPS.length - failed.length, failed, skipped: [] }
}

if (import.meta.filename === process.argv[1]) {
  const { passed, failed } = await check()
  process.stdout.write(`check: ${passed} passed, ${failed.length} failed\n`)
  process.exitCode = failed.length === 0 ? 0 : 1
}
