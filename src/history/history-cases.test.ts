/** docs/HISTORY-CASES.md names tests by their titles: each of them is there. */
import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../../', import.meta.url)
const FOLDERS = ['src/codec/history', 'src/history', 'src/keeper/history', 'src/network', 'src/node', 'e2e']
const TEST_FILE = /\.(?:test|spec)\.tsx?$/u
/** The quotes around a title; those within one are of the same kind. */
const TITLES = /“((?:[^“”]|“[^“”]*”)+)”/gu

async function documentedTitles(): Promise<string[]> {
  const text = await readFile(new URL('docs/HISTORY-CASES.md', ROOT), 'utf8')
  const rows = text.split('\n').filter((line) => line.startsWith('|'))
  return rows.flatMap((row) => Array.from(row.matchAll(TITLES), ([, title = '']) => title))
}

async function testSources(): Promise<string> {
  const found = await Promise.all(
    FOLDERS.map(async (folder) => {
      const names = await readdir(new URL(`${folder}/`, ROOT), { recursive: true })
      const files = names.filter((name) => TEST_FILE.test(name) && !name.includes('node_modules'))
      return Promise.all(files.map(async (name) => readFile(new URL(`${folder}/${name}`, ROOT), 'utf8')))
    }),
  )
  return found.flat().join('\n')
}

describe('docs/HISTORY-CASES.md', () => {
  it('names tests that exist', async () => {
    const [titles, sources] = await Promise.all([documentedTitles(), testSources()])
    const isThere = (title: string): boolean =>
      ["'", '"', '`'].some((quote) => sources.includes(`${quote}${title}${quote}`))

    expect(titles.length).toBeGreaterThan(30)
    expect(titles.filter((title) => !isThere(title))).toEqual([])
  })
})
