/** `npm run swarm -- --nodes 10,30,100 --seed 1 …`: simulated swarms, compiled first (`--help` names the options). */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { root } from './run.mjs'

const outDir = join(root, '.cache', 'swarm')
await mkdir(outDir, { recursive: true })
await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  build: {
    ssr: 'e2e/swarm/command.ts',
    outDir,
    target: 'node20',
    rollupOptions: { output: { entryFileNames: 'swarm.mjs' } },
  },
})
const { runSwarms } = await import(join(outDir, 'swarm.mjs'))
process.exitCode = await runSwarms(process.argv.slice(2), (text) => process.stdout.write(text))
