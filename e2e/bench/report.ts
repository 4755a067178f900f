import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { barPlot } from './bar-plot.ts'
import type { FigureRecord } from './figure.ts'
import { linePlot } from './line-plot.ts'
import type { Measure } from './measure.ts'
import { tableOf } from './table.ts'

/** What one measure of a run gave. */
export interface Section {
  readonly measure: Pick<Measure, 'name' | 'title'>
  readonly records: readonly FigureRecord[]
}

/** Between these lines of `docs/PERFORMANCE.md` stands what a run wrote. */
const BEGIN = '<!-- figures: written by `npm run bench -- --write-docs` -->'
const END = '<!-- end of figures -->'

/** Every figure of the run, as a list. */
export async function writeJson(file: string, sections: readonly Section[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const records = sections.flatMap((section) => section.records)
  await writeFile(file, `${JSON.stringify(records, undefined, 2)}\n`)
}

/** Pictures of each measure, one for each unit: lines where the figures stand over an axis, else bars. */
export async function writePlots(folder: string, sections: readonly Section[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const { measure, records } of sections) {
    for (const unit of new Set(records.map((record) => record.unit))) {
      const name = `${measure.name}-${unit.replaceAll(/[^a-zA-Z]+/g, '')}`
      const some = records.filter((record) => record.unit === unit && !isRepeated(record, records))
      const [lines, bars] = [some.filter(({ point }) => point !== null), some.filter(({ point }) => point === null)]
      if (lines.length > 0) await writeFile(join(folder, `${name}-lines.svg`), linePlot(measure.title, lines))
      if (bars.length > 0) await writeFile(join(folder, `${name}.svg`), barPlot(measure.title, bars))
    }
  }
}

/** The same figure may stand against several others, as “Quire” and “Quire, to Helia”. */
function isRepeated({ name }: FigureRecord, records: readonly FigureRecord[]): boolean {
  return records.some((other) => name.startsWith(`${other.name}, to `))
}

/** Puts the tables of this run in the place of those of the last one; measures that did not run keep theirs. */
export async function writeDocs(file: string, sections: readonly Section[], machine: string): Promise<void> {
  const text = await readFile(file, 'utf8')
  await writeFile(file, replaceFigures(text, sections, { machine, date: new Date().toISOString().slice(0, 10) }))
}

/** The text with the new tables; see `writeDocs`. */
export function replaceFigures(
  text: string,
  sections: readonly Section[],
  { machine, date }: { machine: string; date: string },
): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (begin === -1 || end < begin) throw new Error('The document has no place for the figures.')
  const old = sectionsIn(text.slice(begin + BEGIN.length, end))
  for (const { measure, records } of sections) {
    old.set(measure.name, `${measure.title}\n\nMeasured ${date}: ${machine}.\n\n${tableOf(records)}`)
  }
  const written = Array.from(old, ([name, body]) => `### ${name}\n\n${body.trim()}\n`)
  return `${text.slice(0, begin)}${BEGIN}\n\n${written.join('\n')}\n${text.slice(end)}`
}

function sectionsIn(text: string): Map<string, string> {
  const parts = text.split(/^### /m).slice(1)
  return new Map(
    parts.map((part) => {
      const [name = '', ...body] = part.split('\n')
      return [name.trim(), body.join('\n')]
    }),
  )
}
