/**
 * Runs the laboratory: proves that its networks are what they are called, then the matrix, then the stories.
 *
 *   proofs ─▶ cells ─▶ repeated cells ─▶ stories ─▶ counts
 */
import { writeFile } from 'node:fs/promises'
import { runCell, type CellRun } from './cell.ts'
import { Lab, type LabInit } from './lab.ts'
import { canBeDirect, NETWORK_NAMES, type Pair } from './network-kinds.ts'
import { type LabOptions, parseOptions, USAGE } from './options.ts'
import { Reflector } from './proof.ts'
import { lineOf, matrixOf, titlesOf } from './report.ts'

export interface LabCounts {
  readonly passed: number
  readonly failed: number
}

interface Surroundings extends LabInit {
  readonly write: (text: string) => void
}

/** Of a hundred runs of a cell that can be direct, so many must be. */
const DIRECT_PART = 0.95

export async function runLab(args: readonly string[], surroundings: Surroundings): Promise<LabCounts> {
  const { write } = surroundings
  const options = parseOptions(args)
  if (options === undefined) {
    write(USAGE)
    return { passed: 0, failed: 0 }
  }
  const lab = await Lab.build(surroundings)
  try {
    return await runAll(lab, options, write)
  } finally {
    await lab.stop()
  }
}

async function runAll(lab: Lab, options: LabOptions, write: (text: string) => void): Promise<LabCounts> {
  const results = await proveNetworks(lab, write)
  write('\nCells:\n')
  const runs: CellRun[] = []
  for (const pair of options.pairs) {
    const run = await runCell(lab, pair)
    runs.push(run)
    write(lineOf(run))
    results.push(run.problems.length === 0)
  }
  write(`\n${matrixOf(runs)}\n`)
  for (const pair of options.repeated) results.push(await repeat(lab, pair, { times: options.repeats, runs, write }))
  if (options.json !== undefined) {
    await writeFile(
      options.json,
      `${JSON.stringify(
        runs.map(({ cell }) => cell),
        undefined,
        2,
      )}\n`,
    )
  }
  const passed = results.filter((isPassed) => isPassed).length
  return { passed, failed: results.length - passed }
}

async function proveNetworks(lab: Lab, write: (text: string) => void): Promise<boolean[]> {
  write(`Networks, as an instrument of the laboratory’s own sees them:\n${titlesOf(NETWORK_NAMES)}\n`)
  const reflector = await Reflector.start(lab.internet, lab.init)
  const proofs = await Promise.all(NETWORK_NAMES.map((kind) => reflector.prove(lab.internet, kind)))
  return proofs.map(({ kind, expected, found }) => {
    const isProven = expected === found
    write(`  ${isProven ? 'ok ' : 'NOT'} ${kind.padEnd(12)} ${found}${isProven ? '' : `   expected: ${expected}`}\n`)
    return isProven
  })
}

async function repeat(
  lab: Lab,
  pair: Pair,
  { times, runs, write }: { times: number; runs: CellRun[]; write: (text: string) => void },
): Promise<boolean> {
  write(`${pair.a} → ${pair.b}, ${times} times:\n`)
  const own: CellRun[] = []
  for (let i = 0; i < times; i++) {
    const run = await runCell(lab, pair)
    own.push(run)
    write(lineOf(run))
  }
  runs.push(...own)
  const direct = own.filter(({ cell }) => cell.direct).length
  const delivered = own.filter(({ cell }) => cell.delivered).length
  write(`  direct ${direct} of ${times}, delivered ${delivered} of ${times}\n\n`)
  return delivered === times && (!canBeDirect(pair) || direct >= Math.floor(times * DIRECT_PART))
}
