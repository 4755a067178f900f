/**
 * What a browser loads, gzipped, against its budgets: the page before it can be used, and the node’s worker.
 */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { buildWhatIsStale } from './build.mjs'
import { root } from './run.mjs'

const KIB = 1024
const BUDGETS = [
  {
    name: 'page',
    budgetBytes: 100 * KIB,
    // What index.html names is loaded before the page can be used; the places that come later are not.
    isPart: (file, html) => file === 'index.html' || (/\.(js|css)$/.test(file) && html.includes(file)),
  },
  { name: 'worker', budgetBytes: 400 * KIB, isPart: (file) => /^assets\/node\.worker-.*\.js$/.test(file) },
]

export async function checkSize() {
  const startedAt = performance.now()
  await buildWhatIsStale()
  const app = join(root, 'dist', 'app')
  const files = (await readdir(app, { recursive: true })).map((file) => file.replaceAll('\\', '/'))
  const html = await readFile(join(app, 'index.html'), 'utf8')
  const rows = []
  for (const { name, budgetBytes, isPart } of BUDGETS) {
    const parts = files.filter((file) => isPart(file, html))
    let sizeBytes = 0
    for (const part of parts) sizeBytes += gzipSync(await readFile(join(app, part))).byteLength
    rows.push({ name, sizeBytes, budgetBytes, isOver: sizeBytes > budgetBytes || parts.length === 0 })
  }
  const note = rows.map((row) => `${row.name} ${kib(row.sizeBytes)} of ${kib(row.budgetBytes)} KiB gzip`).join(', ')
  const failed = rows.some((row) => row.isOver)
  return { code: failed ? 1 : 0, output: note, note, seconds: (performance.now() - startedAt) / 1000 }
}

const kib = (sizeBytes) => Math.ceil(sizeBytes / KIB)
