/** The page around a film or a sound that is opened by itself; what it plays is the same address. */
import type { ManifestView } from '../rpc/api.ts'
import type { AskedContent } from './asked-content.ts'
import { COMMON_HEADERS } from './content-headers.ts'
import { escapeHtml } from './escape-html.ts'
import { isForPage } from './notice-page.ts'
import { pageHead } from './page-head.ts'
import { safeMedia } from './safe-media.ts'

const POLICY =
  "default-src 'none'; media-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

/** Whether a person opens something to be played: an element, a script or a download gets its bytes. */
export function isForPlayer(request: Request, asked: AskedContent, manifest: ManifestView): boolean {
  if (request.method !== 'GET' || request.headers.has('range') || asked.isDownload || !isForPage(request)) return false
  return safeMedia({ mediaType: manifest.mediaType, name: manifest.name ?? asked.name }).isPlayed
}

export interface PlayerPageInit {
  /** The app’s own address, with the slash at its end. */
  readonly scope: string
  readonly asked: AskedContent
  readonly manifest: ManifestView
  readonly headers: Readonly<Record<string, string>>
}

export function playerPage(request: Request, { scope, asked, manifest, headers }: PlayerPageInit): Response {
  return new Response(page(new URL(request.url), { scope, asked, manifest }), {
    headers: {
      ...COMMON_HEADERS,
      ...headers,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': POLICY,
      'Cache-Control': 'no-store',
    },
  })
}

function page(address: URL, { scope, asked, manifest }: Omit<PlayerPageInit, 'headers'>): string {
  const name = manifest.name ?? asked.name ?? 'Untitled'
  const { contentType } = safeMedia({ mediaType: manifest.mediaType, name })
  const element = contentType.startsWith('audio/') ? 'audio' : 'video'
  const path = escapeHtml(new URL(scope).pathname)
  const source = address.pathname + address.search
  const download = `${source}${address.search === '' ? '?' : '&'}download`
  const script = `<script type="module" src="${path}player.js"></script>`
  const head = pageHead({ path, title: name, styles: 'player.css', script })
  return `<!doctype html>
<html lang="en">
  ${head}
  <body>
    <main>
      <${element} id="player" controls playsinline data-source="${escapeHtml(source)}" aria-label="${escapeHtml(name)}"></${element}>
      <p id="told" role="status"></p>
    </main>
    <footer>
      <h1 dir="auto">${escapeHtml(name)}</h1>
      <button type="button" id="again" hidden>Try again</button>
      <a href="${escapeHtml(download)}">Save</a>
      <a href="${escapeHtml(asked.link)}" target="_blank" rel="noopener">Show in Quire</a>
    </footer>
  </body>
</html>
`
}
