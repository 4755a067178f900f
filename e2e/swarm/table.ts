import { type Columns, headOf, rowOf } from './columns.ts'
import type { SwarmResult } from './measures.ts'

const COLUMNS: Columns<SwarmResult> = [
  ['nodes', ({ scenario }) => `${scenario.nodes}`],
  ['seeders', ({ scenario }) => `${scenario.seeders}`],
  ['seed', ({ scenario }) => `${scenario.seed}`],
  ['whole', ({ doneCount, stayedCount }) => `${doneCount}/${stayedCount}`],
  ['ideal s', ({ ideal }) => ideal.medianS.toFixed(1)],
  ['median s', ({ medianS }) => medianS.toFixed(1)],
  ['ratio', ({ ratio }) => ratio.toFixed(2)],
  ['last s', ({ lastS }) => lastS.toFixed(1)],
  ['to ideal', ({ lastRatio }) => lastRatio.toFixed(2)],
  ['spread s', ({ spreadS }) => spreadS.toFixed(1)],
  ['twice %', ({ duplicates }) => percent(duplicates)],
  ['timeouts', ({ timeouts }) => `${timeouts}`],
  ['presence %', ({ presence }) => percent(presence)],
  ['fairness', ({ fairness }) => fairness.toFixed(2)],
  ['uplinks %', ({ uplinkUse }) => percent(uplinkUse)],
  ['by seeders %', ({ seederShare }) => percent(seederShare)],
]

export function tableHead(): string {
  return headOf(COLUMNS)
}

export function tableRow(result: SwarmResult): string {
  return rowOf(COLUMNS, result)
}

function percent(part: number): string {
  return (100 * part).toFixed(1)
}
