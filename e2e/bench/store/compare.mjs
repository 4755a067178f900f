/**
 * Measures of the store in a real Chromium with a profile on disk, in interleaved rounds; medians in MB/s.
 *
 *   node e2e/bench/store/compare.mjs [--rounds 5] [--blocks 1024] [--only text,text] [--json file]
 */
import { chromium } from '@playwright/test'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureChromium } from '../../../scripts/chromium.mjs'
import { compile, importTypescript } from '../../../scripts/compile.mjs'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    blocks: { type: 'string', default: '1024' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
  },
})
const blockCount = Number(values.blocks)
const raw = { blockCount, perTransaction: 64, durability: 'relaxed', parallel: 1, cutBytes: 0 }
const opfs = { blockCount, perGroup: 32, doesFlush: true }
const ours = { blockCount, perGroup: 32, parallel: 1 }

/** Each with its name; only those whose name contains `--only`. */
const JOBS = [
  ...[1, 16, 32, 64, 128, 256].map((n) => [`raw put ${n}/tx`, { kind: 'raw-put', ...raw, perTransaction: n }]),
  ['raw put 32/tx strict', { kind: 'raw-put', ...raw, perTransaction: 32, durability: 'strict' }],
  ['raw put 64/tx strict', { kind: 'raw-put', ...raw, durability: 'strict' }],
  ['raw put 32/tx ×2', { kind: 'raw-put', ...raw, perTransaction: 32, parallel: 2 }],
  ['raw put 32/tx ×4', { kind: 'raw-put', ...raw, perTransaction: 32, parallel: 4 }],
  ...[61440, 65024, 32768, 16384].map((cutBytes) => [
    `raw put 32/tx cut ${cutBytes}`,
    { kind: 'raw-put', ...raw, perTransaction: 32, cutBytes },
  ]),
  ['raw put 32/tx ×4 cut 32768', { kind: 'raw-put', ...raw, perTransaction: 32, parallel: 4, cutBytes: 32768 }],
  ['opfs put 32 flush + index', { kind: 'opfs-put', ...opfs }],
  ['opfs put 32 + index', { kind: 'opfs-put', ...opfs, doesFlush: false }],
  ['opfs put 128 flush + index', { kind: 'opfs-put', ...opfs, perGroup: 128 }],
  ...ourWrites('db', false),
  ...ourWrites('files', true),
  ['raw get 1', { kind: 'raw-get', ...raw, perTransaction: 1 }],
  ['raw get 1 ×16', { kind: 'raw-get', ...raw, perTransaction: 1, parallel: 16 }],
  ['raw get 8', { kind: 'raw-get', ...raw, perTransaction: 8 }],
  ['raw get 32', { kind: 'raw-get', ...raw, perTransaction: 32 }],
  ...[61440, 32768].flatMap((cutBytes) =>
    [1, 8, 32].map((n) => [`raw get ${n} cut ${cutBytes}`, { kind: 'raw-get', ...raw, perTransaction: n, cutBytes }]),
  ),
  ['opfs get 1', { kind: 'opfs-get', ...opfs, perGroup: 1 }],
  ['opfs get 32', { kind: 'opfs-get', ...opfs, perGroup: 32 }],
  ...ourReads('db', false),
  ...ourReads('files', true),
].filter(([name]) => values.only.split(',').some((text) => name.includes(text)))

const { CHROMIUM_FLAGS } = await importTypescript('e2e/fixtures/chromium-flags.ts')
const { median } = await importTypescript('e2e/fixtures/quantile.ts')
const folder = await mkdtemp(join(tmpdir(), 'quire-store-bench-'))
const server = await serve(await compileWorker())
const { path: executablePath } = await ensureChromium()
const samples = new Map(JOBS.map(([name]) => [name, []]))
try {
  for (let round = 0; round < Number(values.rounds); round++) await runRound(round)
  process.stderr.write('\n')
  print()
  if (values.json !== undefined) await writeFile(values.json, JSON.stringify(Object.fromEntries(samples), undefined, 2))
} finally {
  server.close()
  await rm(folder, { recursive: true, force: true })
}

async function runRound(round) {
  // A new profile, so that no round pays for what another left to compact.
  const profile = join(folder, `profile-${round}`)
  const context = await chromium.launchPersistentContext(profile, { executablePath, args: CHROMIUM_FLAGS })
  try {
    const page = await context.newPage()
    await page.goto(`http://localhost:${server.address().port}/`)
    for (const [name, job] of JOBS) {
      samples.get(name).push(await measure(page, job))
      process.stderr.write('.')
    }
  } finally {
    await context.close()
  }
  await rm(profile, { recursive: true, force: true })
}

function ourWrites(place, usesFiles) {
  const init = { ...ours, usesFiles }
  return [
    ...[16, 32, 64].map((perGroup) => [`${place}: put ${perGroup}`, { kind: 'put', ...init, perGroup }]),
    ...[2, 4].map((parallel) => [`${place}: put 32 ×${parallel}`, { kind: 'put', ...init, parallel }]),
    ...[16, 64].map((perGroup) => [`${place}: fetch ${perGroup}`, { kind: 'fetch', ...init, perGroup }]),
    [`${place}: fetch 32 ×2`, { kind: 'fetch', ...init, parallel: 2 }],
    [`${place}: upload`, { kind: 'upload', usesFiles }],
  ]
}

function ourReads(place, usesFiles) {
  const init = { ...ours, usesFiles }
  return [
    ...[1, 8, 32].map((perGroup) => [`${place}: get ${perGroup}`, { kind: 'get', ...init, perGroup }]),
    [`${place}: get 1 ×16`, { kind: 'get', ...init, perGroup: 1, parallel: 16 }],
  ]
}

async function measure(page, job) {
  if (job.kind === 'upload') {
    const path = join(folder, 'bench.bin')
    await writeFile(path, randomBytes(blockCount * 65_536))
    await page.setInputFiles('input', path)
  }
  const { bytes, ms } = await page.evaluate((asked) => globalThis.measure(asked), job)
  return bytes / ms / 1000
}

/** The last column is to the best of the plain puts of whole blocks, where any were measured. */
function print() {
  const plain = JOBS.map(([name]) => name).filter((name) => name.startsWith('raw put') && !name.includes('cut'))
  const best = Math.max(...plain.map((name) => median(samples.get(name))))
  for (const [name, mbps] of samples) {
    const [low, high] = [Math.min(...mbps), Math.max(...mbps)]
    const row = [
      name.padEnd(30),
      median(mbps).toFixed(1).padStart(8),
      `${low.toFixed(0)}–${high.toFixed(0)}`.padStart(12),
      (plain.length === 0 ? '' : (median(mbps) / best).toFixed(2)).padStart(8),
    ]
    process.stdout.write(`${row.join('')}\n`)
  }
}

async function compileWorker() {
  const outDir = join(folder, 'worker')
  await compile({
    outDir,
    target: 'es2022',
    minify: false,
    lib: { entry: 'e2e/bench/store/bench.worker.ts', formats: ['es'], fileName: () => 'worker.js' },
  })
  return readFile(join(outDir, 'worker.js'))
}

function serve(worker) {
  const html = `<!doctype html><input type="file"><script>
    const worker = new Worker('/worker.js', { type: 'module' })
    globalThis.measure = (job) => new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => (data.error === undefined ? resolve(data.sample) : reject(new Error(data.error)))
      worker.postMessage(job.kind === 'upload' ? { ...job, file: document.querySelector('input').files[0] } : job)
    })
  </script>`
  const listener = createServer((request, response) => {
    const isWorker = request.url === '/worker.js'
    response.writeHead(200, { 'content-type': isWorker ? 'text/javascript' : 'text/html' })
    response.end(isWorker ? worker : html)
  })
  return new Promise((resolve) => {
    listener.listen(0, 'localhost', () => resolve(listener))
  })
}
