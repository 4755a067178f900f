import type { Aim, FigureRecord } from './figure.ts'

const HEAD = ['measure', 'median', 'min – max', 'unit', 'against', 'ratio', 'aim', 'met', 'rounds']

/** The figures as a Markdown table, columns aligned for terminals. */
export function tableOf(records: readonly FigureRecord[]): string {
  const rows = [HEAD, ...records.map(cellsOf)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`)
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`)
  const notes = records.filter(({ note }) => note !== null).map(({ name, note }) => `- ${name}: ${note}`)
  return [...lines, ...(notes.length === 0 ? [] : ['', ...notes]), ''].join('\n')
}

function cellsOf(record: FigureRecord): string[] {
  const { name, value, min, max, unit, baselineName, baseline, ratio, aim, isMet, rounds } = record
  return [
    name,
    short(value),
    `${short(min)} – ${short(max)}`,
    unit,
    baselineName === null || baseline === null ? '' : `${baselineName} (${short(baseline)})`,
    ratio === null ? '' : ratio.toFixed(2),
    aim === null ? '' : aimText(aim),
    isMet === null ? '' : isMet ? 'yes' : 'NO',
    String(rounds),
  ]
}

function aimText(aim: Aim): string {
  return 'atLeast' in aim ? `≥ ${aim.atLeast}` : `≤ ${aim.atMost}`
}

/** Three digits that count, as nobody should believe more. */
function short(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)
}
