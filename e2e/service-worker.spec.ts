import { expect } from '@playwright/test'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { violationsInBothColours } from './fixtures/axe.ts'
import { cidOf } from './fixtures/cid-of.ts'
import { contentAddress, endServiceWorkers, waitForContent } from './fixtures/content-address.ts'
import { test } from './fixtures/quire-test.ts'
import { sha256OfFile } from './fixtures/quire-page.ts'

const MIB = 1 << 20

interface Answer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly sha256: string
  readonly sizeBytes: number
}

/** Asks for an address in the page, as any script of it could. */
function ask(
  page: { evaluate<T, A>(run: (argument: A) => Promise<T>, argument: A): Promise<T> },
  url: string,
  init: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return page.evaluate(
    async ({ url, init }) => {
      const response = await fetch(url, init)
      const bytes = await response.arrayBuffer()
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        sha256: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
        sizeBytes: bytes.byteLength,
      }
    },
    { url, init },
  )
}

test('a file of another browser is an address: whole, in parts, and once only', async ({ openBrowser, makeFile }) => {
  const file = await makeFile('größe & more.bin', 6 * MIB + 12_345)
  const [a, b] = [await openBrowser(), await openBrowser()]
  const url = contentAddress(await a.share(file.path, file.name), file.name)
  await waitForContent(b)

  const part = await ask(b.page, url, { headers: { Range: 'bytes=3000000-3000099' } })
  const whole = await ask(b.page, url)
  const head = await ask(b.page, url, { method: 'HEAD' })
  const beyond = await ask(b.page, url, { headers: { Range: 'bytes=99999999-' } })
  const known = await ask(b.page, url, { headers: { 'If-None-Match': head.headers['etag'] ?? '' } })

  expect(part).toMatchObject({ status: 206, sizeBytes: 100 })
  expect(part.headers['content-range']).toBe(`bytes 3000000-3000099/${6 * MIB + 12_345}`)
  expect(part.headers['server-timing']).toMatch(/manifest;dur=/)
  expect(whole).toMatchObject({ status: 200, sha256: file.sha256 })
  expect(whole.headers['content-disposition']).toContain(`filename*=UTF-8''gr%C3%B6%C3%9Fe%20%26%20more.bin`)
  expect(head).toMatchObject({ status: 200, sizeBytes: 0 })
  expect(head.headers['content-length']).toBe(String(6 * MIB + 12_345))
  expect(head.headers['etag']).toBe(`"${cidOf(url)}"`)
  expect(beyond.status).toBe(416)
  expect(known).toMatchObject({ status: 304, sizeBytes: 0 })
})

test('the list opens a file in a tab of its own, and what it says as HTML or SVG does not run', async ({
  openBrowser,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'quire-hostile-'))
  const script = `<script>localStorage.setItem('taken', '1'); document.title = 'taken'</script>`
  const files = {
    'evil.html': `<!doctype html><title>evil</title>${script}<img src=x onerror="localStorage.setItem('taken', '1')">`,
    'evil.svg': `<svg xmlns="http://www.w3.org/2000/svg" onload="localStorage.setItem('taken','1')">${script}</svg>`,
    'evil.xml': `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">${script}</html>`,
    'evil.js': `localStorage.setItem('taken', '1')`,
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const a = await openBrowser({ waitUntilReachable: false })
  await waitForContent(a)

  for (const [name, text] of Object.entries(files)) {
    await a.add(join(folder, name))
    await a.waitUntilComplete(name)
    await a.showDetails(name)
    const [opened] = await Promise.all([
      a.page.context().waitForEvent('page'),
      a.page.getByRole('link', { name: 'Open', exact: true }).click(),
    ])
    await opened.waitForLoadState()
    expect(await opened.evaluate(() => document.contentType)).toBe('text/plain')
    expect(await opened.locator('body').innerText()).toContain(text.slice(0, 20))
    // A page of the app is the worst place for it: there it would be of this origin.
    const address = opened.url()
    const ran = await a.page.evaluate(
      (src) =>
        new Promise((resolve) => {
          const element = document.createElement('script')
          element.addEventListener('error', () => resolve('refused'))
          element.addEventListener('load', () => resolve('ran'))
          element.src = src
          document.body.append(element)
        }),
      address,
    )
    expect(ran).toBe('refused')
    await opened.close()
  }

  expect(await a.page.evaluate(() => localStorage.getItem('taken'))).toBeNull()
  await rm(folder, { recursive: true })
})

test('without a tab of Quire an address says what to do, and goes on by itself once there is one', async ({
  openBrowser,
  makeFile,
  keeper,
}) => {
  const file = await makeFile('waiting.txt', 70_000)
  const a = await openBrowser()
  const address = contentAddress(await a.share(file.path, file.name), file.name)
  await waitForContent(a)
  const context = a.page.context()
  const page = await context.newPage()
  await a.page.close()

  const answer = await page.goto(address)

  expect(answer?.status()).toBe(503)
  await expect(page.getByRole('heading', { name: 'Quire is not open' })).toBeVisible()
  await expect(page.getByText('Open Quire and leave its tab open')).toBeVisible()
  await expect(page.getByRole('status')).toHaveText('Waiting for a tab with Quire.')
  expect(await violationsInBothColours(page)).toEqual([])
  // By keyboard alone: it is what one comes to first.
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Open Quire' })).toBeFocused()
  const [app] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('Enter')])
  await expect(app).toHaveURL(`${keeper.url}/`)
  // Asking in the moment in which it goes on fails.
  await expect.poll(() => page.evaluate(() => document.contentType).catch(() => '')).toBe('text/plain')
})

test('an address that names no file says so in words', async ({ openBrowser, keeper }) => {
  const a = await openBrowser({ waitUntilReachable: false })
  await waitForContent(a)
  const page = await a.page.context().newPage()

  const answer = await page.goto(`${keeper.url}/cid/zDvNothing`)

  expect(answer?.status()).toBe(400)
  await expect(page.getByRole('heading', { name: 'This address names no file' })).toBeVisible()
  expect(await violationsInBothColours(page)).toEqual([])
})

test('a browser that never had the page open is led to it by the keeper, and fetches the file', async ({
  openBrowser,
  makeFile,
}) => {
  const file = await makeFile('led.bin', MIB)
  const a = await openBrowser()
  const address = contentAddress(await a.share(file.path, file.name), file.name)

  const b = await openBrowser({ url: address, waitUntilReachable: false })

  await b.waitUntilComplete(file.name)
  expect((await b.save(file.name)).sha256).toBe(file.sha256)
})

test('the app opens without a network, and what is here can be read', async ({ openBrowser, makeFile, keeper }) => {
  const file = await makeFile('kept.bin', 2 * MIB)
  const a = await openBrowser()
  const address = contentAddress(await a.share(file.path, file.name), file.name)
  await waitForContent(a)
  await keeper.stop()

  await a.page.reload()

  await a.waitUntilComplete(file.name)
  expect(await ask(a.page, address)).toMatchObject({ status: 200, sha256: file.sha256 })
  await a.page.getByRole('link', { name: 'Communities' }).first().click()
  await expect(a.page.getByRole('heading', { name: 'Communities' })).toBeVisible()
})

test('a service worker that the browser ends answers again, with the node of the same tab', async ({
  openBrowser,
  makeFile,
}) => {
  const file = await makeFile('again.bin', 4 * MIB)
  const a = await openBrowser()
  const address = contentAddress(await a.share(file.path, file.name), file.name)
  await waitForContent(a)

  for (let round = 0; round < 3; round++) {
    await endServiceWorkers(a.page)
    expect(await ask(a.page, address)).toMatchObject({ status: 200, sha256: file.sha256 })
  }
})

test('a download that loses its service worker is said to have failed, and is whole when it is asked for again', async ({
  openBrowser,
  makeFile,
}) => {
  const file = await makeFile('saved.bin', 60 * MIB)
  const a = await openBrowser()
  const address = contentAddress(await a.share(file.path, file.name), file.name)
  await waitForContent(a)
  const page = await a.page.context().newPage()
  const download = async () => {
    // To open a download is to stay on the page.
    const [begun] = await Promise.all([
      page.waitForEvent('download'),
      page.goto(`${address}&download`).catch(() => null),
    ])
    return begun
  }

  const broken = await download()
  await endServiceWorkers(a.page)
  expect(await broken.failure()).not.toBeNull()

  const again = await download()
  expect(await again.failure()).toBeNull()
  expect(again.suggestedFilename()).toBe(file.name)
  expect(await sha256OfFile(await again.path())).toBe(file.sha256)
})

test('with two tabs, content goes on when the one that runs the node closes', async ({
  openBrowser,
  makeFile,
  keeper,
}) => {
  const file = await makeFile('moves.bin', 24 * MIB)
  const a = await openBrowser()
  const address = contentAddress(await a.share(file.path, file.name), file.name)
  await waitForContent(a)
  const other = await a.page.context().newPage()
  await other.goto(keeper.url)
  await expect(other.locator('.dataset-row')).toHaveCount(1)

  // Read slowly, so that the node goes in the middle.
  const reading = other.evaluate(async (url) => {
    const response = await fetch(url)
    const reader = response.body?.getReader()
    if (reader === undefined) return ''
    const chunks: Uint8Array<ArrayBuffer>[] = []
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      chunks.push(next.value)
      if (chunks.length === 4) Reflect.set(globalThis, 'hasBegun', true)
      if (chunks.length < 40) await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await new Blob(chunks).arrayBuffer()))
    return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  }, address)
  await other.waitForFunction(() => Reflect.get(globalThis, 'hasBegun') === true)
  await a.page.close()

  expect(await reading).toBe(file.sha256)
})
