/** `npm run -s quire -- …`: the command line, built first where it is stale. */
import { join } from 'node:path'
import { buildWhatIsStale } from './build.mjs'
import { launch } from './launch.mjs'
import { root } from './run.mjs'

await buildWhatIsStale()
launch(join(root, 'dist', 'node', 'cli.js'), process.argv.slice(2))
