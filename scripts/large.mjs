/** `npm run large -- --megabytes 10000`: a large dataset between two nodes in Node (`--help` names the options). */
import { importTypescript } from './compile.mjs'

const { runLarge } = await importTypescript('e2e/large-data/command.ts')
process.exitCode = await runLarge(process.argv.slice(2), (text) => process.stdout.write(text))
