const WIDTH = 720
const HEIGHT = 400
const MARGIN = 56
const LEGEND_ROW = 16
const COLOURS = ['#1f6feb', '#d1570b', '#1a7f37', '#8250df', '#bf3989', '#57606a'] as const

export interface Line {
  readonly name: string
  /** In the order of `x`; `low` and `high` are the ends of a spread. */
  readonly points: readonly LinePoint[]
}

interface LinePoint {
  readonly x: number
  readonly y: number
  readonly low?: number
  readonly high?: number
}

export interface ChartTitles {
  readonly title?: string
  readonly x: string
  readonly y: string
}

/** Lines over a common axis as SVG; both axes begin at zero, and points that are no numbers are left out. */
export function lineChart(lines: readonly Line[], { title = '', x, y }: ChartTitles): string {
  const top = MARGIN + LEGEND_ROW * lines.length
  const height = HEIGHT + top - MARGIN
  const points = lines.flatMap((line) => line.points).filter(isDrawn)
  const mostX = Math.max(1, ...points.map((point) => point.x))
  const mostY = Math.max(1, ...points.map((point) => point.high ?? point.y))
  const atX = (value: number): string => (MARGIN + (value / mostX) * (WIDTH - 2 * MARGIN)).toFixed(1)
  const atY = (value: number): string => (height - MARGIN - (value / mostY) * (height - MARGIN - top)).toFixed(1)
  const ticks = [0, 0.25, 0.5, 0.75, 1].flatMap((part) => [
    `<text x="${atX(part * mostX)}" y="${height - MARGIN + 18}" text-anchor="middle">${short(part * mostX)}</text>`,
    `<text x="${MARGIN - 6}" y="${atY(part * mostY)}" text-anchor="end">${short(part * mostY)}</text>`,
  ])
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="16" y="18" font-size="14">${escaped(title)}</text>`,
    `<path d="M${MARGIN},${top}V${height - MARGIN}H${WIDTH - MARGIN}" fill="none" stroke="#57606a"/>`,
    ...ticks,
    `<text x="${WIDTH / 2}" y="${height - 14}" text-anchor="middle">${escaped(x)}</text>`,
    `<text x="16" y="${top - 10}">${escaped(y)}</text>`,
    ...lines.map((line, i) => drawn(line, { place: i, atX, atY })),
    '</svg>\n',
  ].join('\n')
}

interface Drawing {
  readonly place: number
  readonly atX: (value: number) => string
  readonly atY: (value: number) => string
}

function drawn({ name, points }: Line, { place, atX, atY }: Drawing): string {
  const colour = COLOURS[place % COLOURS.length] ?? '#000'
  const shown = points.filter(isDrawn)
  const path = shown.map(({ x, y }) => `${atX(x)},${atY(y)}`).join(' ')
  const spreads = shown.map(({ x, y, low, high }) =>
    low === undefined || high === undefined
      ? ''
      : `<circle cx="${atX(x)}" cy="${atY(y)}" r="3" fill="${colour}"/>` +
        `<path d="M${atX(x)},${atY(low)}V${atY(high)}" stroke="${colour}"/>`,
  )
  const label = `<text x="${MARGIN + 12}" y="${36 + LEGEND_ROW * place}" fill="${colour}">${escaped(name)}</text>`
  return [`<polyline fill="none" stroke="${colour}" stroke-width="2" points="${path}"/>`, ...spreads, label].join('')
}

/** Text as it may stand in SVG. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

function isDrawn({ y }: LinePoint): boolean {
  return Number.isFinite(y)
}

function short(value: number): string {
  return Number.isInteger(value) ? `${value}` : value.toFixed(1)
}
