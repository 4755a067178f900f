/** `npm run relay-load -- --counts 1000,2000`: what a keeper’s reservations cost (`--help` names the options). */
import { join } from 'node:path'
import { compilePrograms } from './compile.mjs'

const programs = ['command', 'keeper-process', 'clients-process'].map((name) => `e2e/relay-load/${name}.ts`)

const outDir = await compilePrograms('relay-load', programs)
const { runRelayLoad } = await import(join(outDir, 'command.mjs'))
const write = (text) => process.stdout.write(text)
process.exitCode = await runRelayLoad(process.argv.slice(2), { programs: outDir, write })
