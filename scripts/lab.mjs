/** `npm run test:lab`: real browsers behind real NATs (`--help` names the options). */
import { join } from 'node:path'
import { buildWhatIsStale } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { compilePrograms } from './compile.mjs'
import { whyNoNamespaces } from './namespaces.mjs'

const PROGRAMS = ['command', 'reflector-process', 'probe-process', 'round-trip-process', 'line-process']

const outDir = await compilePrograms(
  'lab',
  PROGRAMS.map((name) => `e2e/lab/${name}.ts`),
)
const { runLab } = await import(join(outDir, 'command.mjs'))
// Namespaces are removed as this process exits.
for (const [signal, status] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
  process.once(signal, () => process.exit(status))
}
const write = (text) => process.stdout.write(text)
const { failed, skipped } = await runLab(process.argv.slice(2), { prepare, write })
// A skip says nothing and looks as if it did; on a machine of one’s own it is one’s own choice.
const isGood = failed.length === 0 && (skipped.length === 0 || process.env.CI !== 'true')
// At once: what a failed cell left behind may still be at work.
process.exit(isGood ? 0 : 1)

/** What a run needs and `--help` does not. */
async function prepare(programs) {
  const whyNot = await whyNoNamespaces(programs)
  if (whyNot !== undefined) return { whyNot }
  await buildWhatIsStale()
  const { path: executablePath } = await ensureChromium()
  return { executablePath, programs: outDir }
}
