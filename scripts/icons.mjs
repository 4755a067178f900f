/**
 * `npm run icons`: draws the PNG icons of the web app manifest from `public/icon.svg`.
 *
 *   icon-<n>            as it is, with round corners       icon-maskable-<n>  to the edges, its mark within the safe zone
 *   icon-monochrome-<n> the mark alone, for the system to colour
 *
 * Browsers cut a maskable icon to any shape that holds the middle four fifths; the mark lies within.
 */
import { chromium } from '@playwright/test'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureChromium } from './chromium.mjs'
import { root } from './run.mjs'

const PUBLIC = join(root, 'public')
const CORNER = 96
const ICONS = [
  { name: 'icon-192.png', pixels: 192, draw: rounded },
  { name: 'icon-512.png', pixels: 512, draw: rounded },
  { name: 'icon-maskable-192.png', pixels: 192, draw: toTheEdges },
  { name: 'icon-maskable-512.png', pixels: 512, draw: toTheEdges },
  { name: 'icon-monochrome-512.png', pixels: 512, draw: ofOneColour },
]

const svg = await readFile(join(PUBLIC, 'icon.svg'), 'utf8')
const { path: executablePath } = await ensureChromium()
const browser = await chromium.launch({ executablePath })
try {
  for (const { name, pixels, draw } of ICONS) {
    const page = await browser.newPage({ viewport: { width: pixels, height: pixels } })
    const drawn = draw(svg).replace('<svg ', `<svg width="${pixels}" height="${pixels}" `)
    await page.setContent(`<style>body{margin:0}svg{display:block}</style>${drawn}`)
    await page.screenshot({ path: join(PUBLIC, name), omitBackground: draw !== toTheEdges })
    process.stdout.write(`public/${name}\n`)
    await page.close()
  }
} finally {
  await browser.close()
}

function rounded(text) {
  return text.replace('<rect ', `<rect rx="${CORNER}" `)
}

/** The mark of icon.svg lies within a third of the width from the middle; a mask leaves two fifths. */
function toTheEdges(text) {
  return text
}

function ofOneColour(text) {
  return text.replace(/<rect[^>]*\/>/, '').replaceAll(/stroke="#[0-9a-f]{6}"/g, 'stroke="#000000"')
}
