/**
 * Builds what is stale: the app and the elements for other pages (dist/app), the service worker that lists its files, and the Node program (dist/node).
 *
 *   inputs ── content hash ──▶ dist/.stamp equal? → nothing to do : vite build ×4, the library (build-library.mjs)
 *
 * As a command: `node scripts/build.mjs [--force]`.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildLibrary } from './build-library.mjs'
import { revision } from './revision.mjs'
import { root, run } from './run.mjs'

const INPUTS = [
  'src',
  'workers',
  'public',
  'index.html',
  'widget.html',
  'package-lock.json',
  'vite.config.ts',
  'vite.elements.config.ts',
  'vite.service-worker.config.ts',
  'vite.node.config.ts',
  'scripts/build-library.mjs',
  'tsconfig.library.json',
]
const STAMP = join(root, 'dist', '.stamp')
const TEST_FILE = /\.(test|contract)\.tsx?$|[/\\]testing[/\\]/

/** Builds unless the inputs are those of the last build; `quiet` keeps the builders silent unless they fail. */
export async function buildWhatIsStale({ force = false, quiet = true } = {}) {
  const stamp = await hashInputs()
  if (!force && stamp === (await readFile(STAMP, 'utf8').catch(() => ''))) return false
  await build(['vite', 'build', '--logLevel', 'warn'], quiet)
  await build(['vite', 'build', '--logLevel', 'warn', '--config', 'vite.elements.config.ts'], quiet)
  // After all else that lies in dist/app.
  await build(['vite', 'build', '--logLevel', 'warn', '--config', 'vite.service-worker.config.ts'], quiet)
  await build(['vite', 'build', '--logLevel', 'warn', '--config', 'vite.node.config.ts'], quiet)
  await buildLibrary({ quiet })
  await mkdir(join(root, 'dist'), { recursive: true })
  await writeFile(STAMP, stamp)
  return true
}

async function build([command, ...args], quiet) {
  const { code, output } = await run(command, args, { quiet, env: { QUIRE_REVISION: await revision() } })
  if (code === 0) return
  process.stderr.write(output)
  throw new Error(`${command} ${args.join(' ')} ended with status ${code}`)
}

async function hashInputs() {
  const hash = createHash('sha256')
  for (const input of INPUTS) {
    for (const file of await filesOf(join(root, input))) {
      if (TEST_FILE.test(file)) continue
      hash
        .update(file.slice(root.length))
        .update('\0')
        .update(await readFile(file))
        .update('\0')
    }
  }
  return hash.digest('hex')
}

async function filesOf(path) {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => null)
  if (entries === null) return [path]
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}

if (process.argv[1] === join(root, 'scripts', 'build.mjs')) {
  await buildWhatIsStale({ force: process.argv.includes('--force'), quiet: false })
}
