/** `npm run large -- --megabytes 10000`: a large dataset between two nodes in Node, compiled first (`--help` names the options). */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { root } from './run.mjs'

const outDir = join(root, '.cache', 'large')
await mkdir(outDir, { recursive: true })
await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  build: {
    ssr: 'e2e/large-data/command.ts',
    outDir,
    target: 'node20',
    rollupOptions: { output: { entryFileNames: 'large.mjs' } },
  },
})
const { runLarge } = await import(join(outDir, 'large.mjs'))
process.exitCode = await runLarge(process.argv.slice(2), (text) => process.stdout.write(text))
