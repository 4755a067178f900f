/** `node scripts/ledger-cost.mjs`: what the choice of blocks costs per block, for datasets of 100 MB and of 10 GB. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { root } from './run.mjs'

const outDir = join(root, '.cache', 'ledger-cost')
await mkdir(outDir, { recursive: true })
await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  build: {
    ssr: 'e2e/swarm/ledger-cost.ts',
    outDir,
    target: 'node20',
    rollupOptions: { output: { entryFileNames: 'ledger-cost.mjs' } },
  },
})
const { ledgerCosts } = await import(join(outDir, 'ledger-cost.mjs'))
for (const line of ledgerCosts()) process.stdout.write(`${line}\n`)
