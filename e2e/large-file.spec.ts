import { expect } from '@playwright/test'
import { existsSync, statSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { basename } from 'node:path'
import { sha256OfFile } from './fixtures/quire-page.ts'
import { test } from './fixtures/quire-test.ts'
import { type HeapWatch, watchWorkerHeap } from './fixtures/worker-heap.ts'

const MB = 1_000_000
/** Files that are real and large on a machine that runs these tests: the browser itself. */
const BROWSER_PROGRAMS = ['/usr/lib/chromium/chromium', '/opt/google/chrome/chrome', chromium.executablePath()]
const LEAST_BYTES = 150 * MB
const MOST_WORKER_BYTES = 200 * MB
const LARGE_TIMEOUT_MS = 900_000

test('a real file of more than 150 MB arrives equal, over direct WebRTC', async ({ openBrowser, keeper }) => {
  test.setTimeout(300_000)
  const path = BROWSER_PROGRAMS.find((program) => existsSync(program) && statSync(program).size >= LEAST_BYTES)
  if (path === undefined) throw new Error(`None of these is there and large enough: ${BROWSER_PROGRAMS.join(', ')}`)
  const name = basename(path)
  const [a, b] = [await openBrowser(), await openBrowser()]
  const link = await a.share(path, name, 180_000)
  const relayedBefore = await keeper.relayedBytes()

  await b.page.goto(link)
  await b.waitUntilComplete(name, 240_000)

  expect((await b.save(name)).sha256).toBe(await sha256OfFile(path))
  expect(await b.connections()).toContain('WebRTC, direct')
  expect((await keeper.relayedBytes()) - relayedBefore).toBeLessThan(1 * MB)
})

test('the worker stays below 200 MB while 2 GB are uploaded, served, downloaded and saved', async ({
  openBrowser,
  makeFile,
}) => {
  test.setTimeout(3 * LARGE_TIMEOUT_MS)
  const file = await makeFile('large.bin', 2000 * MB)
  const [a, b] = [await openBrowser({ isOnDisk: true }), await openBrowser({ isOnDisk: true })]

  const upload = await watchWorkerHeap(a.page)
  const link = await a.share(file.path, file.name, LARGE_TIMEOUT_MS)
  const uploadPeak = await report('upload of 2 GB', upload)

  const [serving, download] = [await watchWorkerHeap(a.page), await watchWorkerHeap(b.page)]
  await b.page.goto(link)
  await b.waitUntilComplete(file.name, LARGE_TIMEOUT_MS)
  const downloadPeak = await report('download of 2 GB', download)
  const servingPeak = await report('serving of 2 GB', serving)

  const saving = await watchWorkerHeap(b.page)
  const saved = await b.save(file.name)
  const savingPeak = await report('saving of 2 GB', saving)

  expect(saved.sha256).toBe(file.sha256)
  for (const peak of [uploadPeak, downloadPeak, servingPeak, savingPeak]) expect(peak).toBeLessThan(MOST_WORKER_BYTES)
})

async function report(what: string, watch: HeapWatch): Promise<number> {
  const { peakBytes, samples, seconds } = await watch.stop()
  // A peak of few samples says nothing.
  expect(samples).toBeGreaterThan(10)
  const text = `${(peakBytes / MB).toFixed(0)} MB at most in the worker, ${samples} samples over ${seconds.toFixed(0)} s`
  test.info().annotations.push({ type: what, description: text })
  process.stdout.write(`    ${what}: ${text}\n`)
  return peakBytes
}
