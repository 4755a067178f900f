import { type Line, lineChart } from './line-chart.ts'
import type { SwarmResult } from './measures.ts'

/** Median time to the ideal, over the number of nodes; a line for each number of seeders. */
export function ratioPlot(results: readonly SwarmResult[]): string {
  const bySeeders = groupBySeeders(results)
  const lines = Array.from(bySeeders, ([seeders, some]) => ({
    name: `${seeders} seeder${seeders === 1 ? '' : 's'}`,
    points: some.map(({ scenario, ratio }) => ({ x: scenario.nodes, y: ratio })).sort((a, b) => a.x - b.x),
  }))
  return lineChart(lines, { x: 'nodes', y: 'median time ÷ ideal' })
}

/** Part of the nodes that are whole, over the time since each came. */
export function completionPlot(results: readonly SwarmResult[]): string {
  const lines = results.map(({ scenario, seconds, stayedCount }) => ({
    name: `${scenario.nodes} nodes, ${scenario.seeders} seeders, seed ${scenario.seed}`,
    points: [{ x: 0, y: 0 }, ...seconds.map((x, i) => ({ x, y: (100 * (i + 1)) / Math.max(1, stayedCount) }))],
  }))
  return lineChart(lines, { x: 'seconds', y: 'nodes that are whole, %' })
}

/** Presence, and blocks that came twice, to the content, over the scenarios in the order of the table. */
export function trafficPlot(results: readonly SwarmResult[]): string {
  const percentOf = (part: (result: SwarmResult) => number): Line['points'] =>
    results.map((result, i) => ({ x: i + 1, y: 100 * part(result) }))
  const lines = [
    { name: 'want lists and presence', points: percentOf(({ presence }) => presence) },
    { name: 'blocks that came twice', points: percentOf(({ duplicates }) => duplicates) },
  ]
  return lineChart(lines, { x: 'row of the table', y: 'to the content, %' })
}

function groupBySeeders(results: readonly SwarmResult[]): Map<number, SwarmResult[]> {
  const groups = new Map<number, SwarmResult[]>()
  for (const result of results) {
    const { seeders } = result.scenario
    groups.set(seeders, [...(groups.get(seeders) ?? []), result])
  }
  return groups
}
