/**
 * `npm run soak -- --minutes 30 --seed 1`: random work and trouble in real browsers, compiled first (`--help` names the
 * options).
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { buildWhatIsStale } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { root } from './run.mjs'

// Of this run alone, as two may run at once; as deep below the root as the fixtures of e2e/, which look for dist/ from there.
const outDir = join(root, '.cache', `soak-${process.pid}`)

await buildWhatIsStale()
const { path: executablePath } = await ensureChromium()
await mkdir(outDir, { recursive: true })
try {
  await compile(['command.ts', 'hostile-process.ts'])
  const { runSoak } = await import(join(outDir, 'command.mjs'))
  process.exitCode = await runSoak(process.argv.slice(2), {
    executablePath,
    hostileProgram: join(outDir, 'hostile-process.mjs'),
    write: (text) => process.stdout.write(text),
  })
} finally {
  await rm(outDir, { recursive: true, force: true })
}

async function compile(inputs) {
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
        input: inputs.map((input) => join(root, 'e2e', 'soak', input)),
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
      },
    },
  })
}
