/**
 * `npm start`: builds what is stale, then runs a keeper on this machine that also serves the page. With `--sample` it
 * publishes a sample community too, once the keeper runs.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buildWhatIsStale } from './build.mjs'
import { launch } from './launch.mjs'
import { root } from './run.mjs'

const SAMPLE_WAIT_SECONDS = '60'

const args = process.argv.slice(2).filter((arg) => arg !== '--sample')
process.stdout.write('Preparing Quire…\n')
await buildWhatIsStale()
if (process.argv.includes('--sample')) publishSample()
launch(join(root, 'dist', 'node', 'cli.js'), ['keeper', '--app-dir', join(root, 'dist', 'app'), ...args])

/** At the keeper that is about to run here; what becomes of it is told in the same terminal. */
function publishSample() {
  const named = args.findIndex((arg) => arg === '--data-dir' || arg.startsWith('--data-dir='))
  const given = args[named]?.split('=')[1] ?? args[named + 1]
  const dataDir = named === -1 ? process.env.QUIRE_DATA_DIR : given
  const place = dataDir === undefined ? [] : ['--data-dir', dataDir]
  const program = join(root, 'scripts', 'sample-community.mjs')
  const child = spawn(process.execPath, [program, '--wait', SAMPLE_WAIT_SECONDS, ...place], { stdio: 'inherit' })
  process.once('exit', () => child.kill())
}
