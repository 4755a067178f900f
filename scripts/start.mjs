/** `npm start`: builds what is stale, then runs a keeper on this machine that also serves the page. */
import { join } from 'node:path'
import { buildWhatIsStale } from './build.mjs'
import { launch } from './launch.mjs'
import { root } from './run.mjs'

process.stdout.write('Preparing Quire…\n')
await buildWhatIsStale()
launch(join(root, 'dist', 'node', 'cli.js'), [
  'keeper',
  '--app-dir',
  join(root, 'dist', 'app'),
  ...process.argv.slice(2),
])
