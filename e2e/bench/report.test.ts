import { describe, expect, it } from 'vitest'
import { barPlot } from './bar-plot.ts'
import { recordOf } from './figure.ts'
import { linePlot } from './line-plot.ts'
import { replaceFigures, type Section } from './report.ts'

const PAGE = [
  'Before.',
  '<!-- figures: written by `npm run bench -- --write-docs` -->',
  '',
  '### kept',
  '',
  'An old table.',
  '',
  '### upload',
  '',
  'Another old table.',
  '',
  '<!-- end of figures -->',
  'After.',
].join('\n')

const upload: Section = {
  measure: { name: 'upload', title: 'How fast files are stored.' },
  records: [recordOf({ name: 'upload', unit: 'MB/s', samples: [70, 80, 75] })],
}
const run = { machine: '2 cores', date: '2026-11-21' }

describe('the figures in a document', () => {
  it('take the place of those of the same measure, and leave the rest as it is', () => {
    const text = replaceFigures(PAGE, [upload], run)
    expect(text).toMatch(/^Before\.\n/)
    expect(text).toMatch(/\nAfter\.$/)
    expect(text).toContain('An old table.')
    expect(text).not.toContain('Another old table.')
    expect(text).toContain('How fast files are stored.\n\nMeasured 2026-11-21: 2 cores.\n\n| measure')
  })

  it('are the same however often they are written', () => {
    const once = replaceFigures(PAGE, [upload], run)
    expect(replaceFigures(once, [upload], run)).toBe(once)
  })

  it('need their place', () => {
    expect(() => replaceFigures('No place.', [upload], run)).toThrow('no place for the figures')
  })
})

describe('a bar plot', () => {
  it('has a bar for each figure, with its spread and its value', () => {
    const svg = barPlot('Rates <all>', upload.records)
    expect(svg).toContain('Rates &lt;all>')
    expect(svg).toContain('75.0 MB/s')
    // 75 and 70 of 80, on a scale of 340.
    expect(svg).toContain('width="318.8"')
    expect(svg).toContain('M627.5,55H670"')
  })
})

describe('a line plot', () => {
  it('has a line for each name, its points in the order of the axis, with their spread', () => {
    const records = [4, 1, 2].flatMap((x) =>
      ['near', 'far'].map((line) =>
        recordOf({
          name: `${line} ${x}`,
          unit: 'MB/s',
          samples: [x, 2 * x, 3 * x],
          point: { line, x, axis: 'sources' },
        }),
      ),
    )
    const svg = linePlot('Rates', records)
    expect(svg.match(/<polyline/g)).toHaveLength(2)
    expect(svg).toContain('>sources</text>')
    const [, points = ''] = /points="([^"]*)"/.exec(svg) ?? []
    const places = points.split(' ').map((point) => Number(point.split(',')[0]))
    // A quarter, a half and the end of an axis of 608 that begins at 56.
    expect(places).toEqual([208, 360, 664])
    // From 3 × 4, the most of all, down to 4.
    expect(svg).toMatch(/M664\.0,[\d.]+V88\.0/)
  })
})

describe('a figure of which no round may miss the aim', () => {
  it('is judged by its worst round and not by the median', () => {
    const figure = { name: 'longest frame', unit: 'ms', samples: [20, 30, 60], aim: { atMost: 50 } }
    expect(recordOf(figure).isMet).toBe(true)
    expect(recordOf({ ...figure, isAimOfAll: true }).isMet).toBe(false)
    expect(recordOf({ ...figure, samples: [20, 30, 49], isAimOfAll: true }).isMet).toBe(true)
  })
})
