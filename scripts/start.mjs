/**
 * `npm start`: builds what is stale, then runs a keeper on this machine that also serves the page. With `--sample` it
 * publishes a sample community too, once the keeper runs; `--sample-messages 3000` and the like are its options
 * (`npm run sample-community -- --help`). What else is given is the keeper’s.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buildWhatIsStale } from './build.mjs'
import { launch } from './launch.mjs'
import { root } from './run.mjs'

const SAMPLE_WAIT_SECONDS = '60'

const { keeperArgs, sampleArgs, isWithSample } = shareOut(process.argv.slice(2))
process.stdout.write('Preparing Quire…\n')
await buildWhatIsStale()
const keeper = launch(join(root, 'dist', 'node', 'cli.js'), [
  'keeper',
  '--app-dir',
  join(root, 'dist', 'app'),
  ...keeperArgs,
])
if (isWithSample) publishSample()

/** `--sample-weeks 4` and `--sample-weeks=4` become `--weeks` of the sample. */
function shareOut(args) {
  const shared = { keeperArgs: [], sampleArgs: [], isWithSample: false }
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]
    const isOption = arg.startsWith('--sample-')
    if (arg === '--sample' || isOption) shared.isWithSample = true
    else shared.keeperArgs.push(arg)
    if (!isOption) continue
    shared.sampleArgs.push(arg.replace('--sample-', '--'))
    if (!arg.includes('=') && at + 1 < args.length) shared.sampleArgs.push(args[++at])
  }
  return shared
}

/** At the keeper that is about to run here; what becomes of it is told in the same terminal. */
function publishSample() {
  const named = keeperArgs.findIndex((arg) => arg === '--data-dir' || arg.startsWith('--data-dir='))
  const given = keeperArgs[named]?.split('=')[1] ?? keeperArgs[named + 1]
  const place = named === -1 ? [] : ['--data-dir', given]
  const program = join(root, 'scripts', 'sample-community.mjs')
  const args = [program, '--wait', SAMPLE_WAIT_SECONDS, ...place, ...sampleArgs]
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  // A keeper that does not start, or ends, leaves nothing to publish to.
  keeper.once('close', () => child.kill())
}
