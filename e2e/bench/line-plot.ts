import { type Line, lineChart } from '../swarm/line-chart.ts'
import type { FigureRecord } from './figure.ts'

/** Medians over the axis of their points, with the spread of the rounds; all records have the same unit and axis. */
export function linePlot(title: string, records: readonly FigureRecord[]): string {
  const lines = new Map<string, Line['points']>()
  for (const { point, value, min, max } of records) {
    if (point === null) continue
    const points = [...(lines.get(point.line) ?? []), { x: point.x, y: value, low: min, high: max }]
    lines.set(
      point.line,
      points.sort((a, b) => a.x - b.x),
    )
  }
  return lineChart(
    Array.from(lines, ([name, points]) => ({ name, points })),
    { title, x: records[0]?.point?.axis ?? '', y: records[0]?.unit ?? '' },
  )
}
