/**
 * `npm run bench -- --quick`: Quire beside the alternatives, in real browsers (`--help` names the options).
 *
 * To profile one thing: `node scripts/bench.mjs --only lone-source-50ms --rounds 1`.
 *
 *   build what is stale → install the bench’s own packages where they are missing → compile the harness → run it
 */
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
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
const hasRivals = await installPeers()
await mkdir(outDir, { recursive: true })
await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  build: {
    ssr: true,
    outDir,
    target: 'node20',
    rollupOptions: {
      input: [join(benchDir, 'command.ts'), join(benchDir, 'delay-line-process.ts')],
      // One folder: a process that is forked finds its program beside the harness.
      output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
    },
  },
})
try {
  const { runBench } = await import(join(outDir, 'command.mjs'))
  const write = (text) => process.stdout.write(text)
  process.exitCode = await runBench(process.argv.slice(2), { root, outDir, executablePath, hasRivals, write })
} finally {
  await rm(outDir, { recursive: true, force: true })
}

/** The peers are installed when they are wanted for the first time; without them everything else is measured. */
async function installPeers() {
  if (!existsSync(join(benchDir, 'node_modules'))) {
    process.stdout.write('Installing the peers of the benchmark…\n')
    await run('npm', ['ci', '--prefix', benchDir], { quiet: true })
  }
  return existsSync(join(benchDir, 'node_modules', 'webtorrent'))
}
