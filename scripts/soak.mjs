/** `npm run soak -- --minutes 30 --seed 1`: random work and trouble in real browsers (`--help` names the options). */
import { join } from 'node:path'
import { buildWhatIsStale } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { compilePrograms } from './compile.mjs'

await buildWhatIsStale()
const { path: executablePath } = await ensureChromium()
const outDir = await compilePrograms('soak', ['e2e/soak/command.ts', 'e2e/soak/hostile-process.ts'])
const { runSoak } = await import(join(outDir, 'command.mjs'))
process.exitCode = await runSoak(process.argv.slice(2), {
  executablePath,
  hostileProgram: join(outDir, 'hostile-process.mjs'),
  write: (text) => process.stdout.write(text),
})
