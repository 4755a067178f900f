/** `npm run large-import -- --megabytes 1000`: makes an export and reads it as an import does (`--help` names the options). */
import { importTypescript } from './compile.mjs'

const { runLargeImport } = await importTypescript('e2e/sample/large-import.ts')
process.exitCode = await runLargeImport(process.argv.slice(2), (text) => process.stdout.write(text))
