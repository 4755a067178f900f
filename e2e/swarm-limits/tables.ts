import { type Columns, headOf, rowOf } from '../swarm/columns.ts'
import type { Cost } from './cost.ts'
import type { KadCost } from './kad-model.ts'
import type { Comparison, HopsComparison } from './compare.ts'
import { RESEARCH_TABLE, researchCost } from './research-model.ts'
import type { LimitsScenario } from './scenario.ts'

/** One scenario and what it costs. */
export interface LimitsResult {
  readonly scenario: LimitsScenario
  readonly cost: KadCost
}

const COSTS: Columns<LimitsResult> = [
  ['servers', ({ scenario }) => `${scenario.servers}`],
  ['datasets', ({ scenario }) => `${scenario.datasets}`],
  ['every min', ({ scenario }) => `${scenario.reprovideMin}`],
  ['asked', ({ cost }) => cost.shape.asked.toFixed(0)],
  ['provide KB', ({ cost }) => kilo(cost.provide)],
  ['lookup KB', ({ cost }) => kilo(cost.lookup)],
  ['announcing B/s', ({ cost }) => bytes(cost.announcing)],
  ['looking B/s', ({ cost }) => bytes(cost.looking)],
  ['upkeep B/s', ({ cost }) => bytes(cost.upkeep)],
  ['joining B/s', ({ cost }) => bytes(cost.joining)],
  ['client KB/s', ({ cost }) => kilo(cost.client)],
  ['server KB/s', ({ cost }) => kilo(cost.server)],
  ['records', ({ cost }) => cost.recordsPerServer.toFixed(0)],
  ['stale', ({ cost }) => cost.stalePerLive.toFixed(2)],
  ['most datasets', ({ cost }) => `${cost.mostDatasets}`],
]

export const costHead = (): string => headOf(COSTS)
export const costRow = (result: LimitsResult): string => rowOf(COSTS, result)

const COMPARED: Columns<Comparison> = [
  ['servers', ({ servers }) => `${servers}`],
  ['step', ({ step }) => step],
  ['messages', ({ measured }) => mean(measured.messages)],
  ['modelled', ({ modelled }) => mean(modelled.messages)],
  ['their bytes', ({ measured }) => measured.messageBytes.toFixed(0)],
  ['modelled', ({ modelled }) => modelled.messageBytes.toFixed(0)],
  ['sent', ({ measured }) => measured.sent.toFixed(0)],
  ['modelled', ({ modelled }) => modelled.sent.toFixed(0)],
  ['received', ({ measured }) => measured.received.toFixed(0)],
  ['modelled', ({ modelled }) => modelled.received.toFixed(0)],
  ['off by %', ({ offBy }) => (100 * offBy).toFixed(1)],
]

export function comparisonTable(comparisons: readonly Comparison[]): string {
  return headOf(COMPARED) + comparisons.map((comparison) => rowOf(COMPARED, comparison)).join('')
}

const HOPS: Columns<HopsComparison> = [
  ['servers', ({ servers }) => `${servers}`],
  ['asked', ({ measuredAsked, standardError }) => `${mean(measuredAsked)} ± ${mean(standardError)}`],
  ['walked', ({ walkedAsked }) => mean(walkedAsked)],
  ['pings for a stranger', ({ pingsPerStranger }) => pingsPerStranger.toFixed(3)],
]

export function hopsTable(comparison: HopsComparison): string {
  return headOf(HOPS) + rowOf(HOPS, comparison)
}

type ResearchRow = (typeof RESEARCH_TABLE)[number]

const RESEARCH: Columns<ResearchRow> = [
  ['nodes', ({ nodes }) => `${nodes}`],
  ['CIDs', ({ cids }) => `${cids}`],
  ['every min', ({ readvertiseS }) => `${readvertiseS / 60}`],
  ['published KB/s', ({ publishedKiB }) => `${publishedKiB}`],
  ['modelled KB/s', (row) => modelledKiB(row).toFixed(3)],
  ['off by %', (row) => (100 * (modelledKiB(row) / row.publishedKiB - 1)).toFixed(2)],
]

/** The table of the research beside its model as we read it. */
export function researchTable(): string {
  return headOf(RESEARCH) + RESEARCH_TABLE.map((row) => rowOf(RESEARCH, row)).join('')
}

function modelledKiB(row: ResearchRow): number {
  return researchCost({ ...row, providers: 100 }).total / 1024
}

/** Sent and received. */
function bytes({ sent, received }: Cost): string {
  return `${sent.toFixed(0)} / ${received.toFixed(0)}`
}

function kilo({ sent, received }: Cost): string {
  return `${(sent / 1000).toFixed(1)} / ${(received / 1000).toFixed(1)}`
}

function mean(count: number): string {
  return count.toFixed(1)
}
