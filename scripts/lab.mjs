/** `npm run test:lab`: real browsers behind real NATs (`--help` names the options). */
import { join } from 'node:path'
import { buildWhatIsStale } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { compilePrograms } from './compile.mjs'

const PROGRAMS = ['command', 'reflector-process', 'probe-process', 'round-trip-process', 'line-process']

await buildWhatIsStale()
const { path: executablePath } = await ensureChromium()
const outDir = await compilePrograms(
  'lab',
  PROGRAMS.map((name) => `e2e/lab/${name}.ts`),
)
const { runLab } = await import(join(outDir, 'command.mjs'))
// Namespaces are removed as this process exits.
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
])
  process.once(signal, () => process.exit(status))
const write = (text) => process.stdout.write(text)
const { passed, failed } = await runLab(process.argv.slice(2), { executablePath, programs: outDir, write })
write(`laboratory: ${passed} passed, ${failed} failed\n`)
process.exit(failed === 0 ? 0 : 1)
