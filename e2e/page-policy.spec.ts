import { expect, test } from '@playwright/test'
import type { Page } from '@playwright/test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const APP_DIR = join(import.meta.dirname, '..', 'dist', 'app')
/** A host that sends files and no headers of its own: what is refused here, the page itself refuses. */
const APP = 'http://localhost/'
const ELSEWHERE = 'https://elsewhere.example'
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
)

type Outcome = 'loaded' | 'failed' | `refused by ${string}`

/** The built page, and what became of each address elsewhere that it asked for. */
async function openBuilt(page: Page): Promise<{ readonly asked: readonly string[] }> {
  const asked: string[] = []
  await page.route(`${APP}**`, (route) => {
    const { pathname } = new URL(route.request().url())
    const path = join(APP_DIR, pathname === '/' ? 'index.html' : pathname)
    return route.fulfill(existsSync(path) ? { path } : { status: 404 })
  })
  await page.route(/^https?:\/\/elsewhere\.example\//, (route) => {
    asked.push(route.request().url())
    const headers = { 'Access-Control-Allow-Origin': '*' }
    return route.fulfill({ body: PIXEL, contentType: 'image/png', headers })
  })
  await page.goto(APP)
  return { asked }
}

/** Puts an element into the page, and says what came of what it names. */
function outcomeOf(page: Page, tag: string, attributes: Record<string, string>): Promise<Outcome> {
  return page.evaluate(
    ([tag, attributes]) =>
      new Promise<Outcome>((resolve) => {
        document.addEventListener(
          'securitypolicyviolation',
          ({ effectiveDirective }) => resolve(`refused by ${effectiveDirective}`),
          { once: true },
        )
        const element = document.createElement(tag)
        element.addEventListener('load', () => resolve('loaded'))
        element.addEventListener('error', () => setTimeout(resolve, 200, 'failed'))
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
        document.body.append(element)
      }),
    [tag, attributes] as const,
  )
}

test('the page starts by what its own policy lets through', async ({ page }) => {
  const refused: string[] = []
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) refused.push(message.text())
  })
  await openBuilt(page)

  await expect(page.getByRole('navigation').getByText('Communities')).toBeVisible()

  expect(refused).toEqual([])
})

test('a picture from elsewhere is loaded where it comes encrypted, and is not asked for where it does not', async ({
  page,
}) => {
  const { asked } = await openBuilt(page)

  expect(await outcomeOf(page, 'img', { src: `${ELSEWHERE}/a.png` })).toBe('loaded')
  expect(await outcomeOf(page, 'img', { src: 'http://elsewhere.example/b.png' })).toBe('refused by img-src')

  expect(asked).toEqual([`${ELSEWHERE}/a.png`])
})

test('nothing else comes from elsewhere, and no text becomes a script', async ({ page }) => {
  const { asked } = await openBuilt(page)

  expect(await outcomeOf(page, 'script', { src: `${ELSEWHERE}/a.js` })).toBe('refused by script-src-elem')
  expect(await outcomeOf(page, 'link', { rel: 'stylesheet', href: `${ELSEWHERE}/a.css` })).toBe(
    'refused by style-src-elem',
  )
  expect(await outcomeOf(page, 'audio', { src: `${ELSEWHERE}/a.ogg` })).toBe('refused by media-src')
  expect(await outcomeOf(page, 'iframe', { src: `${ELSEWHERE}/` })).toBe('refused by frame-src')
  expect(await outcomeOf(page, 'object', { data: `${ELSEWHERE}/a.svg` })).toBe('refused by object-src')
  expect(await outcomeOf(page, 'img', { src: 'data:,', onerror: 'document.title = "taken"' })).toBe(
    'refused by script-src-attr',
  )
  expect(
    await page.evaluate(
      (url) =>
        fetch(url).then(
          () => 'loaded',
          () => 'refused',
        ),
      `${ELSEWHERE}/a.json`,
    ),
  ).toBe('refused')

  expect(asked).toEqual([])
  expect(await page.title()).not.toBe('taken')
})

test('a sound of a message plays from what is held here', async ({ page }) => {
  await openBuilt(page)

  const outcome = await page.evaluate(
    () =>
      new Promise((resolve) => {
        document.addEventListener('securitypolicyviolation', () => resolve('refused'), { once: true })
        // A tenth of a second of silence: a RIFF header and 800 samples of 8 bits.
        const wave = new DataView(new ArrayBuffer(44 + 800))
        const words = [0x52494646, 0, 0x57415645, 0x666d7420, 0, 0, 0, 0, 0, 0x64617461]
        words.forEach((word, at) => wave.setUint32(4 * at, word))
        wave.setUint32(4, 36 + 800, true)
        wave.setUint32(16, 16, true)
        wave.setUint16(20, 1, true)
        wave.setUint16(22, 1, true)
        wave.setUint32(24, 8000, true)
        wave.setUint32(28, 8000, true)
        wave.setUint16(32, 1, true)
        wave.setUint16(34, 8, true)
        wave.setUint32(40, 800, true)
        new Uint8Array(wave.buffer, 44).fill(128)
        const audio = new Audio(URL.createObjectURL(new Blob([wave], { type: 'audio/wav' })))
        audio.addEventListener('loadedmetadata', () => resolve('loaded'))
        audio.addEventListener('error', () => setTimeout(resolve, 200, 'failed'))
      }),
  )

  expect(outcome).toBe('loaded')
})
