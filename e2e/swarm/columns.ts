/** Columns of a Markdown table that is written row by row, as results come. */
export type Columns<Row> = readonly (readonly [string, (row: Row) => string])[]

export function headOf<Row>(columns: Columns<Row>): string {
  const names = columns.map(([name]) => name)
  return `| ${names.join(' | ')} |\n|${names.map((name) => `${'-'.repeat(name.length + 1)}:|`).join('')}\n`
}

export function rowOf<Row>(columns: Columns<Row>, row: Row): string {
  return `| ${columns.map(([name, cell]) => cell(row).padStart(name.length)).join(' | ')} |\n`
}
