/** `npm run swarm-limits -- --servers 100,1000 --datasets 250 …`: what taking part in the DHT costs (`--help` names the options). */
import { importTypescript } from './compile.mjs'

const { runSwarmLimits } = await importTypescript('e2e/swarm-limits/command.ts')
process.exitCode = await runSwarmLimits(process.argv.slice(2), (text) => process.stdout.write(text))
