/** The matrix as text. */
import type { Cell, CellRun } from './cell.ts'
import { canBeDirect, NETWORK_KINDS, NETWORK_NAMES, type NetworkName } from './network-kinds.ts'

const LEGEND = `Rows add the file, columns open the link. “D 0.8/1.1”: direct, first byte after 0.8 s, direct connection after 1.1 s;
“r”: through the relay, as no direct way exists; “x”: not delivered; “!”: not what these networks allow.`

export function matrixOf(runs: readonly CellRun[]): string {
  const names = NETWORK_NAMES.filter((name) => runs.some(({ cell: { a, b } }) => a === name || b === name))
  const find = (a: NetworkName, b: NetworkName) => runs.find(({ cell }) => cell.a === a && cell.b === b)
  const rows = names.map((a) => [a, ...names.map((b) => textOf(find(a, b)))])
  return `${aligned([['', ...names], ...rows])}\n${LEGEND}\n`
}

/** One line while the matrix runs. */
export function lineOf({ cell, problems }: CellRun): string {
  const text = `${cell.a} → ${cell.b}`.padEnd(26)
  return `  ${text} ${textOf({ cell, problems })}${problems.map((problem) => `\n      ${problem}`).join('')}\n`
}

export function titlesOf(names: readonly NetworkName[]): string {
  return names.map((name) => `  ${name.padEnd(12)} ${NETWORK_KINDS[name].title}`).join('\n')
}

function textOf(run: CellRun | undefined): string {
  if (run === undefined) return '·'
  const { cell } = run
  const letter = cell.delivered ? (cell.direct ? 'D' : 'r') : 'x'
  const times = cell.direct ? `${seconds(cell.ttfbMs)}/${seconds(cell.directMs)}` : seconds(cell.ttfbMs)
  return `${letter} ${times}${isAsAllowed(cell) ? '' : ' !'}`
}

function isAsAllowed(cell: Cell): boolean {
  return cell.direct === canBeDirect(cell)
}

function seconds(ms: number | null): string {
  return ms === null ? '–' : (ms / 1000).toFixed(1)
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
