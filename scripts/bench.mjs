/**
 * `npm run bench -- --quick`: Quire beside the alternatives, in real browsers (`--help` names the options).
 *
 *   compile the harness → read the options → build what is stale, install the bench’s own packages → run it
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildWhatIsStale } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { compilePrograms } from './compile.mjs'
import { root, run } from './run.mjs'

const benchDir = join(root, 'e2e', 'bench')
const peersDir = join(benchDir, 'node_modules')
const programs = ['bench/command.ts', 'bench/delay-line-process.ts', 'bench/rivals/webtorrent/start-tracker.ts']

const outDir = await compilePrograms(
  'bench',
  [...programs, 'sample/week-worker.ts'].map((program) => `e2e/${program}`),
)
const { runBench } = await import(join(outDir, 'command.mjs'))
const write = (text) => process.stdout.write(text)
const code = await runBench(process.argv.slice(2), { root, outDir, prepare, write })
// At once: what a quick run cut off may still be at work.
process.exit(code)

/** What a run needs and `--help` does not. */
async function prepare({ rivals }) {
  await buildWhatIsStale()
  const { path: executablePath } = await ensureChromium()
  if (!rivals) return { executablePath, startTracker: undefined }
  await installPeers()
  return { executablePath, startTracker: await loadTracker() }
}

/** The peers are installed when they are wanted for the first time, and checked then; the root’s check knows none of them. */
async function installPeers() {
  if (existsSync(peersDir)) return
  write('Installing the peers of the benchmark…\n')
  const installed = await run('npm', ['ci', '--prefix', benchDir], { quiet: true })
  if (installed.code !== 0) {
    write(`They could not be installed, so they are left out:\n${installed.output}\n`)
    return
  }
  const { code, output } = await run('tsc', ['-p', benchDir], { quiet: true })
  if (code !== 0) write(`Their types do not fit:\n${output}\n`)
}

/** Undefined where the peers are missing. */
async function loadTracker() {
  if (!existsSync(join(peersDir, 'webtorrent'))) return undefined
  const { startTracker } = await import(join(outDir, 'start-tracker.mjs'))
  return () => startTracker(benchDir)
}
