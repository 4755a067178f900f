// First: libp2p needs Promise.withResolvers, which Node 20 lacks.
import '../../src/node/promise-with-resolvers.ts'
import { join } from 'node:path'
import { describeMachine } from './machine.ts'
import { type BenchOptions, readOptions } from './options.ts'
import { writeDocs, writeJson, writePlots } from './report.ts'
import { measureAll, type Prepared } from './run-measures.ts'
import { tableOf } from './table.ts'

export interface BenchParts {
  /** The project’s root. */
  readonly root: string
  /** Where what is built for the benchmark goes. */
  readonly outDir: string
  /** Gets what only a run needs, and the bench’s own packages where it needs them; called once the options are right. */
  readonly prepare: (needs: { readonly rivals: boolean }) => Promise<Prepared>
  readonly write: (text: string) => void
}

/** Runs what the arguments ask for, writes the table and the files, and resolves with the exit status. */
export async function runBench(args: readonly string[], { root, outDir, prepare, write }: BenchParts): Promise<number> {
  let options: BenchOptions
  try {
    options = readOptions(args)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    write(`${error.message}\n`)
    return 2
  }
  if (options.says !== undefined) {
    write(options.says)
    return 0
  }
  const { json, plots, writesDocs } = options
  const log = (text: string): void => write(`${text}\n`)
  const prepared = await prepare({ rivals: options.measures.some(({ isAlone }) => isAlone !== true) })
  const { sections, isWhole } = await measureAll(options, { ...prepared, root, outDir, log })
  for (const { records } of sections) write(`\n${tableOf(records)}`)
  if (json !== undefined) await writeJson(json, sections)
  if (plots !== undefined) await writePlots(plots, sections)
  if (writesDocs) {
    const machine = await describeMachine(prepared.executablePath)
    await writeDocs(join(root, 'docs', 'PERFORMANCE.md'), sections, machine)
  }
  const isGood = sections.every(({ records }) => records.every(({ isMet }) => isMet !== false))
  return isWhole && isGood ? 0 : 1
}
