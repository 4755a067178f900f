/**
 * `npm run bench -- --quick`: Quire beside the alternatives, in real browsers (`--help` names the options).
 *
 * To profile one thing: `node scripts/bench.mjs --only lone-source-50ms --rounds 1`.
 *
 *   build what is stale → install the bench’s own packages where they are missing → compile the harness → run it
 */
import { existsSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { buildWhatIsStale } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { root, run } from './run.mjs'

const benchDir = join(root, 'e2e', 'bench')
// Of this run alone, as two may run at once; as deep below the root as the fixtures of e2e/, which look for dist/ from there.
const outDir = join(root, '.cache', `bench-${process.pid}`)

await buildWhatIsStale()
const { path: executablePath } = await ensureChromium()
const peersDir = join(benchDir, 'node_modules')
await installPeers()
process.once('exit', () => rmSync(outDir, { recursive: true, force: true }))

await compile(['command.ts', 'delay-line-process.ts', 'rivals/webtorrent/start-tracker.ts'])
const { runBench } = await import(join(outDir, 'command.mjs'))
const write = (text) => process.stdout.write(text)
const startTracker = await loadTracker()
process.exitCode = await runBench(process.argv.slice(2), { root, outDir, executablePath, startTracker, write })

/** Each into a file of its name in one folder: a process that is forked finds its program beside the harness. */
async function compile(inputs) {
  await mkdir(outDir, { recursive: true })
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      target: 'node20',
      rollupOptions: {
        input: inputs.map((input) => join(benchDir, input)),
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
      },
    },
  })
}

/** The peers are installed when they are wanted for the first time, and checked then; the root’s check knows none of them. */
async function installPeers() {
  if (existsSync(peersDir)) return
  process.stdout.write('Installing the peers of the benchmark…\n')
  const installed = await run('npm', ['ci', '--prefix', benchDir], { quiet: true })
  if (installed.code !== 0) {
    process.stdout.write(`They could not be installed, so they are left out:\n${installed.output}\n`)
    return
  }
  const { code, output } = await run('tsc', ['-p', benchDir], { quiet: true })
  if (code !== 0) process.stdout.write(`Their types do not fit:\n${output}\n`)
}

/** Undefined where the peers are missing. */
async function loadTracker() {
  if (!existsSync(join(peersDir, 'webtorrent'))) return undefined
  const { startTracker } = await import(join(outDir, 'start-tracker.mjs'))
  return () => startTracker(benchDir)
}
