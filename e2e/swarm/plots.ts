import type { SwarmResult } from './measures.ts'

const WIDTH = 720
const HEIGHT = 400
const MARGIN = 56
const COLOURS = ['#1f6feb', '#d1570b', '#1a7f37', '#8250df', '#bf3989', '#57606a'] as const

interface Line {
  readonly name: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

/** Median time to the ideal, over the number of nodes; a line for each number of seeders. */
export function ratioPlot(results: readonly SwarmResult[]): string {
  const bySeeders = groupBySeeders(results)
  const lines = Array.from(bySeeders, ([seeders, some]) => ({
    name: `${seeders} seeder${seeders === 1 ? '' : 's'}`,
    points: some.map(({ scenario, ratio }) => ({ x: scenario.nodes, y: ratio })).sort((a, b) => a.x - b.x),
  }))
  return chart(lines, { x: 'nodes', y: 'median time ÷ ideal' })
}

/** Part of the nodes that are whole, over the time since each came. */
export function completionPlot(results: readonly SwarmResult[]): string {
  const lines = results.map(({ scenario, seconds, stayedCount }) => ({
    name: `${scenario.nodes} nodes, ${scenario.seeders} seeders, seed ${scenario.seed}`,
    points: [{ x: 0, y: 0 }, ...seconds.map((x, i) => ({ x, y: (100 * (i + 1)) / Math.max(1, stayedCount) }))],
  }))
  return chart(lines, { x: 'seconds', y: 'nodes that are whole, %' })
}

/** Presence, and blocks that came twice, to the content, over the scenarios in the order of the table. */
export function trafficPlot(results: readonly SwarmResult[]): string {
  const percentOf = (part: (result: SwarmResult) => number): Line['points'] =>
    results.map((result, i) => ({ x: i + 1, y: 100 * part(result) }))
  const lines = [
    { name: 'want lists and presence', points: percentOf(({ presence }) => presence) },
    { name: 'blocks that came twice', points: percentOf(({ duplicates }) => duplicates) },
  ]
  return chart(lines, { x: 'row of the table', y: 'to the content, %' })
}

function chart(lines: readonly Line[], titles: { x: string; y: string }): string {
  const points = lines.flatMap((line) => line.points).filter(({ y }) => Number.isFinite(y))
  const mostX = Math.max(1, ...points.map(({ x }) => x))
  const mostY = Math.max(1, ...points.map(({ y }) => y))
  const atX = (x: number): string => (MARGIN + (x / mostX) * (WIDTH - 2 * MARGIN)).toFixed(1)
  const atY = (y: number): string => (HEIGHT - MARGIN - (y / mostY) * (HEIGHT - 2 * MARGIN)).toFixed(1)
  const drawn = lines.map(({ name, points: all }, i) => {
    const colour = COLOURS[i % COLOURS.length] ?? '#000'
    const path = all.filter(({ y }) => Number.isFinite(y)).map(({ x, y }) => `${atX(x)},${atY(y)}`)
    const label = `<text x="${MARGIN + 12}" y="${MARGIN + 16 * i}" fill="${colour}">${name}</text>`
    return `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${path.join(' ')}"/>${label}`
  })
  const ticks = [0, 0.25, 0.5, 0.75, 1].flatMap((part) => [
    `<text x="${atX(part * mostX)}" y="${HEIGHT - MARGIN + 18}" text-anchor="middle">${short(part * mostX)}</text>`,
    `<text x="${MARGIN - 6}" y="${atY(part * mostY)}" text-anchor="end">${short(part * mostY)}</text>`,
  ])
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<path d="M${MARGIN},${MARGIN / 2}V${HEIGHT - MARGIN}H${WIDTH - MARGIN}" fill="none" stroke="#57606a"/>`,
    ...ticks,
    `<text x="${WIDTH / 2}" y="${HEIGHT - 14}" text-anchor="middle">${titles.x}</text>`,
    `<text x="${MARGIN}" y="18">${titles.y}</text>`,
    ...drawn,
    '</svg>\n',
  ].join('\n')
}

function short(value: number): string {
  return Number.isInteger(value) ? `${value}` : value.toFixed(1)
}

function groupBySeeders(results: readonly SwarmResult[]): Map<number, SwarmResult[]> {
  const groups = new Map<number, SwarmResult[]>()
  for (const result of results) {
    const { seeders } = result.scenario
    groups.set(seeders, [...(groups.get(seeders) ?? []), result])
  }
  return groups
}
