import { escaped } from '../swarm/line-chart.ts'
import type { FigureRecord } from './figure.ts'

const WIDTH = 760
const ROW = 30
const LABEL = 330
const RIGHT = 90
const TOP = 40

/** Medians as bars, with a line from the least to the most of the rounds; all records have the same unit. */
export function barPlot(title: string, records: readonly FigureRecord[]): string {
  const shown = records.filter(({ value }) => Number.isFinite(value))
  const most = Math.max(...shown.map(({ max }) => max), Number.MIN_VALUE)
  const atX = (value: number): number => LABEL + (Math.max(0, value) / most) * (WIDTH - LABEL - RIGHT)
  const rows = shown.flatMap(({ name, value, min, max, unit, isMet }, i) => {
    const y = TOP + i * ROW
    const middle = y + ROW / 2
    const colour = isMet === false ? '#d1570b' : '#1f6feb'
    return [
      `<text x="${LABEL - 8}" y="${middle + 4}" text-anchor="end">${escaped(name)}</text>`,
      `<rect x="${LABEL}" y="${y + 6}" width="${round(atX(value) - LABEL)}" height="${ROW - 12}" fill="${colour}"/>`,
      `<path d="M${round(atX(min))},${middle}H${round(atX(max))}" stroke="#24292f" stroke-width="2"/>`,
      `<text x="${round(atX(max)) + 6}" y="${middle + 4}">${value.toPrecision(3)} ${escaped(unit)}</text>`,
    ]
  })
  const height = TOP + shown.length * ROW + 16
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="16" y="24" font-size="14">${escaped(title)}</text>`,
    ...rows,
    '</svg>',
    '',
  ].join('\n')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
