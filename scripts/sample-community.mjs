/** `npm run sample-community`: a community of realistic size, published through a keeper (`--help` names the options). */
import { join } from 'node:path'
import { compilePrograms } from './compile.mjs'
import { root } from './run.mjs'

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopping.abort(new Error('Stopped.')))

const outDir = await compilePrograms('sample', ['e2e/sample/command.ts', 'e2e/sample/week-worker.ts'])
const { runSample } = await import(join(outDir, 'command.mjs'))
try {
  process.exitCode = await runSample(process.argv.slice(2), {
    cacheDir: join(root, '.cache'),
    write: (text) => process.stdout.write(text),
    signal: stopping.signal,
  })
} catch (error) {
  process.stderr.write(`${wordsOf(error)}\n`)
  process.exitCode = 1
}

function wordsOf(error) {
  if (stopping.signal.aborted) return 'The sample community was not published: stopped before its end.'
  const isOption = error.code?.startsWith('ERR_PARSE_ARGS') === true
  return isOption ? `${error.message}. “npm run sample-community -- --help” names the options.` : error.message
}
