/** The service worker: one script of a name that stays, built once the app lies in dist/app, whose files it lists. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vite'
import type { ShellBuild } from './src/gateway/app-shell.ts'

const APP = 'dist/app'
/** Not needed to run the app: maps, what shops and installers show, what other sites load, what an operator edits, and the service worker itself. */
const LEFT_OUT = /\.map$|^screenshots\/|^sdk\/|^examples\/|^elements\.js$|^widget-hosts\.json$|^service-worker\.js$/

function shellBuild(): ShellBuild {
  const paths = readdirSync(APP, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(APP.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => !LEFT_OUT.test(path))
    .sort()
  const files = paths.map((path) => ({
    path,
    integrity: `sha256-${createHash('sha256')
      .update(readFileSync(join(APP, path)))
      .digest('base64')}`,
  }))
  const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16)
  return { version, files }
}

export default defineConfig(({ command }) => ({
  publicDir: false,
  define: { QUIRE_SHELL: JSON.stringify(command === 'build' ? shellBuild() : { version: '', files: [] }) },
  build: {
    outDir: APP,
    emptyOutDir: false,
    target: 'es2022',
    sourcemap: true,
    rolldownOptions: {
      input: 'workers/service-worker.ts',
      // Classic: not every browser that runs the app takes modules here.
      output: { format: 'iife', entryFileNames: '[name].js' },
    },
  },
}))
