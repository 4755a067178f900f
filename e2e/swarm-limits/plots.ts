import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ChartTitles, type Line, lineChart } from '../swarm/line-chart.ts'
import type { LimitsResult } from './tables.ts'

const KIB = 1024

/** Writes the line up of a client and of a server, and the most datasets, over the servers and over the datasets. */
export async function writePlots(folder: string, results: readonly LimitsResult[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  const draw = (name: string, lines: readonly Line[], titles: ChartTitles): Promise<void> =>
    writeFile(join(folder, `${name}.svg`), lineChart(lines, titles))
  const bySize = linesOf(results, (result) => Math.log10(result.scenario.servers), datasetsAndInterval)
  const byDatasets = linesOf(results, (result) => result.scenario.datasets, serversAndInterval)
  const most = linesOf(
    results,
    (result) => Math.log10(result.scenario.servers),
    interval,
    (result) => result.cost.mostDatasets,
  )
  const y = 'KiB/s up, client'
  await draw('servers', bySize, { title: 'Taking part, over the size of the network', x: 'servers, power of ten', y })
  await draw('datasets', byDatasets, { title: 'Taking part, over what is announced', x: 'datasets', y })
  await draw('most', most, { title: 'Datasets within the uplink', x: 'servers, power of ten', y: 'datasets' })
}

/** A line for each name, its points in order. */
function linesOf(
  results: readonly LimitsResult[],
  x: (result: LimitsResult) => number,
  nameOf: (result: LimitsResult) => string,
  y = (result: LimitsResult): number => result.cost.client.sent / KIB,
): Line[] {
  const lines = new Map<string, { x: number; y: number }[]>()
  for (const result of results) {
    const name = nameOf(result)
    lines.set(name, [...(lines.get(name) ?? []), { x: x(result), y: y(result) }])
  }
  return Array.from(lines, ([name, points]) => ({ name, points: points.sort((a, b) => a.x - b.x) }))
}

function interval({ scenario }: LimitsResult): string {
  return `every ${scenario.reprovideMin} min`
}

function datasetsAndInterval(result: LimitsResult): string {
  return `${result.scenario.datasets} datasets, ${interval(result)}`
}

function serversAndInterval(result: LimitsResult): string {
  return `${result.scenario.servers} servers, ${interval(result)}`
}
