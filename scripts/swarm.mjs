/** `npm run swarm -- --nodes 10,30,100 --seed 1 …`: simulated swarms (`--help` names the options). */
import { importTypescript } from './compile.mjs'

const { runSwarms } = await importTypescript('e2e/swarm/command.ts')
process.exitCode = await runSwarms(process.argv.slice(2), (text) => process.stdout.write(text))
