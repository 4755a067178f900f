/**
 * Runs the laboratory: proves that its networks are what they are called, then the matrix, then the stories.
 *
 *   proofs ─▶ cells ─▶ repeated cells ─▶ cells over a long line ─▶ stories ─▶ counts
 */
import { writeFile } from 'node:fs/promises'
import { type Cell, runCell, type CellRun } from './cell.ts'
import { Lab, type LabInit } from './lab.ts'
import { runOverLine } from './long-line.ts'
import { canBeDirect, NETWORK_NAMES, type NetworkName, type Pair } from './network-kinds.ts'
import { type LabOptions, parseOptions, USAGE } from './options.ts'
import { Reflector } from './proof.ts'
import { lineOf, matrixOf, titlesOf } from './report.ts'
import type { Story } from './stories/story.ts'

/** What came of the things that were tried; those that did not pass by name. */
export interface LabResult {
  readonly passed: number
  readonly failed: readonly string[]
  readonly skipped: readonly string[]
}

interface Surroundings {
  readonly write: (text: string) => void
  /** Makes ready what a run needs, `programs` among it, or says why there can be none on this machine. */
  readonly prepare: (programs: Readonly<Record<string, string>>) => Promise<LabInit | { readonly whyNot: string }>
}

/** What parts of a run share. */
interface Run {
  readonly lab: Lab
  readonly reflector: Reflector
  readonly write: (text: string) => void
  readonly results: { readonly name: string; readonly isPassed: boolean }[]
  readonly cells: Cell[]
}

/** Of a hundred runs of a cell that can be direct, so many must be. */
const DIRECT_PART = 0.95

export async function runLab(args: readonly string[], { write, prepare }: Surroundings): Promise<LabResult> {
  const options = parseOptions(args)
  if (options === undefined) {
    write(USAGE)
    return { passed: 0, failed: [], skipped: [] }
  }
  const result = await run(options, { write, prepare })
  const { passed, failed, skipped } = result
  write(`laboratory: ${passed} passed, ${failed.length} failed, ${skipped.length} skipped\n`)
  if (options.report !== undefined) await writeFile(options.report, JSON.stringify(result))
  return result
}

async function run(options: LabOptions, { write, prepare }: Surroundings): Promise<LabResult> {
  const init = await prepare(Object.assign({}, ...options.stories.map(({ programs }) => programs)))
  if ('whyNot' in init) {
    write(`The laboratory cannot be built on this machine, so its tests are skipped. ${init.whyNot}\n`)
    return { passed: 0, failed: [], skipped: planOf(options) }
  }
  const lab = await Lab.build(init)
  try {
    const reflector = await Reflector.start(lab.internet, init)
    const run: Run = { lab, reflector, write, results: [], cells: [] }
    await runAll(run, options)
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(run.cells, undefined, 2)}\n`)
    const failed = run.results.filter(({ isPassed }) => !isPassed).map(({ name }) => name)
    return { passed: run.results.length - failed.length, failed, skipped: [] }
  } finally {
    await lab.stop()
  }
}

/** Names of all that a run tries. */
function planOf({ pairs, repeated, overLine, stories }: LabOptions): string[] {
  return [
    ...NETWORK_NAMES.map(proofName),
    ...pairs.map((pair) => cellName(pair)),
    ...repeated.map(repeatedName),
    ...overLine.map((pair) => cellName(pair, 'line')),
    ...stories.map(({ title }) => title),
  ]
}

function proofName(kind: NetworkName): string {
  return `${kind} is what it is called`
}

function cellName({ a, b }: Pair, line?: unknown): string {
  return `${a} → ${b}${line === undefined ? '' : ' over the line'}`
}

function repeatedName(pair: Pair): string {
  return `${cellName(pair)}, repeated`
}

async function runAll(run: Run, options: LabOptions): Promise<void> {
  const { lab, write, reflector } = run
  await proveNetworks(run)
  if (options.pairs.length > 0) await runMatrix(run, options.pairs)
  for (const pair of options.repeated) await repeat(run, pair, options.repeats)
  if (options.overLine.length > 0) {
    await runOverLine({ lab, reflector, write }, options.overLine, async (pair, line) => {
      await runOne(run, pair, line)
    })
  }
  if (options.stories.length > 0) write('Stories:\n')
  for (const story of options.stories) await tell(run, story)
}

async function runMatrix(run: Run, pairs: readonly Pair[]): Promise<void> {
  run.write('\nCells:\n')
  const matrix: CellRun[] = []
  for (const pair of pairs) matrix.push(await runOne(run, pair))
  run.write(`\n${matrixOf(matrix)}\n`)
}

async function runOne({ lab, write, results, cells }: Run, pair: Pair, line?: Cell['line']): Promise<CellRun> {
  const run = await runCell(lab, pair)
  write(lineOf(run))
  results.push({ name: cellName(pair, line), isPassed: run.problems.length === 0 })
  cells.push(line === undefined ? run.cell : { ...run.cell, line })
  return run
}

async function proveNetworks({ lab, reflector, write, results }: Run): Promise<void> {
  write(`Networks, as an instrument of the laboratory’s own sees them:\n${titlesOf(NETWORK_NAMES)}\n`)
  const proofs = await Promise.all(NETWORK_NAMES.map((kind) => reflector.prove(lab.internet, kind)))
  for (const { kind, expected, found } of proofs) {
    const isProven = expected === found
    write(`  ${isProven ? 'ok ' : 'NOT'} ${kind.padEnd(12)} ${found}${isProven ? '' : `   expected: ${expected}`}\n`)
    results.push({ name: proofName(kind), isPassed: isProven })
  }
}

/** One result for all of them: every run delivers, and at least 19 of 20 are direct. */
async function repeat(run: Run, pair: Pair, times: number): Promise<void> {
  run.write(`${pair.a} → ${pair.b}, ${times} times:\n`)
  const own: Cell[] = []
  for (let i = 0; i < times; i++) {
    const one = await runCell(run.lab, pair)
    own.push(one.cell)
    run.write(lineOf(one))
  }
  const direct = own.filter(({ direct }) => direct).length
  const delivered = own.filter(({ delivered }) => delivered).length
  run.write(`  direct ${direct} of ${times}, delivered ${delivered} of ${times}\n\n`)
  run.cells.push(...own)
  const isPassed = delivered === times && (!canBeDirect(pair) || direct >= Math.floor(times * DIRECT_PART))
  run.results.push({ name: repeatedName(pair), isPassed })
}

async function tell({ lab, write, results }: Run, { title, tell }: Story): Promise<void> {
  try {
    write(`  ok  ${title}\n      ${await tell(lab)}\n`)
    results.push({ name: title, isPassed: true })
  } catch (error) {
    write(`  NOT ${title}\n      ${String(error)}\n`)
    results.push({ name: title, isPassed: false })
  }
}
