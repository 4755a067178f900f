/** The installed app: what browsers ask of a manifest before they offer to install it, held by the files that are served. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readWebFiles } from './web-files.ts'

interface ImageEntry {
  readonly src: string
  readonly sizes: string
  readonly type: string
  readonly purpose?: string
  readonly form_factor?: string
  readonly label?: string
}

const PUBLIC = join(import.meta.dirname, '..', '..', 'public')
const BASE = 'https://quire.example.org/'
const manifest = JSON.parse(await readFile(join(PUBLIC, 'manifest.webmanifest'), 'utf8'))
const icons: readonly ImageEntry[] = manifest.icons
const screenshots: readonly ImageEntry[] = manifest.screenshots

/** Width and height from a PNG’s first chunk (PNG specification, 11.2.2), and whether it has an alpha channel. */
async function readPng(path: string): Promise<{ sizes: string; hasAlpha: boolean }> {
  const bytes = await readFile(join(PUBLIC, path))
  expect(bytes.subarray(1, 4).toString()).toBe('PNG')
  return { sizes: `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, hasAlpha: (bytes.readUInt8(25) & 4) !== 0 }
}

describe('the web app manifest', () => {
  it('has what browsers ask for before they offer to install', async () => {
    expect(manifest).toMatchObject({ id: 'quire', name: 'Quire', display: 'standalone' })
    const start = new URL(manifest.start_url, BASE)
    expect(start.href.startsWith(new URL(manifest.scope, BASE).href)).toBe(true)
    const plain = icons.filter(({ purpose, type }) => purpose === 'any' && type === 'image/png')
    expect(plain.map(({ sizes }) => sizes)).toEqual(['192x192', '512x512'])
    expect(await readFile(join(PUBLIC, '..', 'index.html'), 'utf8')).toContain(
      'rel="manifest" href="./manifest.webmanifest"',
    )
  })

  it('has icons for every mask, and one of a single colour', async () => {
    const maskable = icons.filter(({ purpose }) => purpose === 'maskable')
    expect(maskable.map(({ sizes }) => sizes)).toEqual(['192x192', '512x512'])
    // What a mask cuts away has to be there; what is of one colour is cut out of nothing.
    for (const { src } of maskable) expect((await readPng(src)).hasAlpha).toBe(false)
    const single = icons.filter(({ purpose }) => purpose === 'monochrome')
    expect(single).toHaveLength(1)
    for (const { src } of single) expect((await readPng(src)).hasAlpha).toBe(true)
  })

  it.each([...icons, ...screenshots].filter(({ type }) => type === 'image/png'))(
    'names $src with its size',
    async (image) => {
      expect((await readPng(image.src)).sizes).toBe(image.sizes)
    },
  )

  it('shows the app wide and narrow, with a label for each, in shapes that browsers take', () => {
    for (const form of ['wide', 'narrow'])
      expect(screenshots.filter((image) => image.form_factor === form)).not.toEqual([])
    for (const { sizes, label } of screenshots) {
      const [width = 0, height = 0] = sizes.split('x').map(Number)
      expect(Math.max(width, height)).toBeLessThanOrEqual(3840)
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(320)
      // Chromium shows none that is longer than 2.3 times its breadth.
      expect(Math.max(width, height) / Math.min(width, height)).toBeLessThan(2.3)
      expect(label).toMatch(/\w/u)
    }
  })

  it('stays within the app with every address that the system may open', () => {
    const urls = [
      ...manifest.shortcuts.map(({ url }: { url: string }) => url),
      ...manifest.file_handlers.map(({ action }: { action: string }) => action),
      ...manifest.protocol_handlers.map(({ url }: { url: string }) => url),
      manifest.share_target.action,
    ]
    for (const url of urls) expect(new URL(url, BASE).href.startsWith(BASE)).toBe(true)
    expect(manifest.launch_handler.client_mode).toEqual(['focus-existing', 'auto'])
  })

  it('has files shared to where the service worker takes them', () => {
    expect(manifest.share_target).toMatchObject({ method: 'POST', enctype: 'multipart/form-data' })
    expect(manifest.share_target.action).toBe('./share')
    expect(manifest.share_target.params.files).toEqual([{ name: 'files', accept: ['*/*'] }])
  })

  it('opens links of web+codex at a fragment that is read as the link', () => {
    const [{ protocol, url }] = manifest.protocol_handlers
    const link = `${protocol}:zDv?maddrs=%2Fip4%2F192.0.2.1`
    const { hash } = new URL(url.replace('%s', encodeURIComponent(link)), BASE)
    expect(decodeURIComponent(hash)).toBe(`#/${link}`)
  })

  it('is served as a manifest', async () => {
    const files = await readWebFiles(PUBLIC)
    expect(files.get('/manifest.webmanifest')?.mediaType).toBe('application/manifest+json; charset=utf-8')
    expect(files.get('/icon-512.png')?.mediaType).toBe('image/png')
  })
})
