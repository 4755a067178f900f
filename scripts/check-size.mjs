/**
 * `npm run size`: what a browser loads, gzipped, against its budgets: the page before it can be used, the node’s worker
 * before it runs, and the worker with what it loads once there are communities. `e2e/first-load.spec.ts` counts the first of
 * them in a browser.
 */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { buildWhatIsStale } from './build.mjs'
import { root } from './run.mjs'

const KIB = 1024
const WORKER = /^assets\/node\.worker-.*\.js$/
/** The service of communities, and the protocol by which live messages travel. */
const COMMUNITIES = [/^assets\/browser-history-.*\.js$/, /floodsub/]
const STATIC_IMPORT = /(?:\bfrom|\bimport)\s*["'`]\.\/([\w.-]+\.js)["'`]/g
const BUDGETS = [
  {
    name: 'page',
    budgetBytes: 100 * KIB,
    // What index.html names is loaded before the page can be used; the places that come later are not.
    partsOf: ({ texts, html }) =>
      [...texts.keys()].filter((file) => file === 'index.html' || (/\.(js|css)$/.test(file) && html.includes(file))),
  },
  { name: 'worker', budgetBytes: 400 * KIB, partsOf: ({ texts }) => withImports(texts, startsOf(texts, [WORKER])) },
  {
    name: 'worker with communities',
    // 208 of it are the service of communities, most of that cryptography as WebAssembly.
    budgetBytes: 480 * KIB,
    partsOf: ({ texts }) => withImports(texts, startsOf(texts, [WORKER, ...COMMUNITIES])),
  },
]

export async function checkSize() {
  const startedAt = performance.now()
  await buildWhatIsStale()
  const rows = await sizesOf(join(root, 'dist', 'app'))
  const note = rows.map((row) => `${row.name} ${kib(row.sizeBytes)} of ${kib(row.budgetBytes)} KiB gzip`).join(', ')
  const failed = rows.some((row) => row.isOver)
  return { code: failed ? 1 : 0, output: note, note, seconds: (performance.now() - startedAt) / 1000 }
}

/** Of a built app in a folder. */
export async function sizesOf(app) {
  const files = (await readdir(app, { recursive: true })).map((file) => file.replaceAll('\\', '/'))
  const texts = new Map()
  for (const file of files.filter((name) => /\.(js|css|html)$/.test(name))) {
    texts.set(file, await readFile(join(app, file), 'utf8'))
  }
  return BUDGETS.map(({ name, budgetBytes, partsOf }) => {
    const parts = partsOf({ texts, html: texts.get('index.html') ?? '' })
    const sizeBytes = parts.reduce((sum, part) => sum + gzipSync(texts.get(part) ?? '').byteLength, 0)
    return { name, sizeBytes, budgetBytes, isOver: sizeBytes > budgetBytes || parts.length === 0 }
  })
}

/** One file for each pattern, by its name or by what only it says; none at all where one of them is missing. */
function startsOf(texts, patterns) {
  const scripts = [...texts].filter(([file]) => file.endsWith('.js'))
  const starts = patterns.map(
    (pattern) => scripts.find(([file, text]) => pattern.test(file) || pattern.test(text))?.[0],
  )
  return starts.includes(undefined) ? [] : starts
}

/** With all that they import at once, each once. */
function withImports(texts, starts) {
  const seen = new Set(starts)
  for (const file of seen) {
    for (const [, imported] of (texts.get(file) ?? '').matchAll(STATIC_IMPORT)) seen.add(`assets/${imported}`)
  }
  return [...seen]
}

const kib = (sizeBytes) => Math.ceil(sizeBytes / KIB)

if (import.meta.filename === process.argv[1]) {
  const { code, output } = await checkSize()
  process.stdout.write(`${output.replaceAll(', ', '\n')}\n`)
  process.exitCode = code
}
