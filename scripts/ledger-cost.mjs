/** `node scripts/ledger-cost.mjs`: what the choice of blocks costs per block, for datasets of 100 MB to 10 GB. */
import { importTypescript } from './compile.mjs'

const { ledgerCosts } = await importTypescript('e2e/swarm/ledger-cost.ts')
for (const line of ledgerCosts()) process.stdout.write(`${line}\n`)
