/** A `Notice` as a page for people, or as text for all else that asks. */
import { COMMON_HEADERS } from './content-headers.ts'
import { escapeHtml } from './escape-html.ts'
import type { Notice } from './notice.ts'
import { pageHead } from './page-head.ts'

const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
/** Seconds after which trying again makes sense. */
const RETRY_AFTER_S = 5

/** What was asked stays wrong however often it is asked. */
const HOPELESS: readonly number[] = [400, 405, 416]

/** Below the scope: answers 204 where a node can be reached, 503 where none can. It is no CID. */
export const NODE_PROBE = 'cid/-/node'

export interface NoticeInit {
  /** The app’s own address, with the slash at its end. */
  readonly scope: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Whether a person looks at the answer. */
export function isForPage(request: Request): boolean {
  // “navigate” cannot be asked for by hand, so a request made in a test says it by its header.
  return request.mode === 'navigate' || (request.headers.get('accept') ?? '').includes('text/html')
}

export function noticeResponse(request: Request, notice: Notice, init: NoticeInit): Response {
  const isPage = isForPage(request)
  const body = isPage ? page(notice, init.scope) : plain(notice)
  return new Response(request.method === 'HEAD' ? null : body, {
    status: notice.status,
    headers: {
      ...COMMON_HEADERS,
      'Content-Type': isPage ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8',
      'Content-Security-Policy': POLICY,
      'Cache-Control': 'no-store',
      ...(notice.goesOn === undefined ? {} : { 'Retry-After': String(RETRY_AFTER_S) }),
      ...init.headers,
    },
  })
}

function plain({ title, text, advice, code }: Notice): string {
  return `${title}.\n\n${text}\n${advice}\n${code === undefined ? '' : `\n${code}\n`}`
}

function page(notice: Notice, scope: string): string {
  const { title, text, advice, code, goesOn } = notice
  const path = escapeHtml(new URL(scope).pathname)
  const waits = goesOn === undefined ? '' : ` data-goes-on="${goesOn}" data-probe="${path}${NODE_PROBE}"`
  const script = `<script src="${path}notice.js" defer></script>`
  const head = pageHead({ path, title, styles: 'notice.css', script })
  return `<!doctype html>
<html lang="en"${waits}>
  ${head}
  <body>
    <main>
      <h1>${escapeHtml(title)}</h1>
      <p>${escapeHtml(text)}</p>
      <p>${escapeHtml(advice)}</p>
      <p class="actions">
        <a class="main-action" href="${path}" target="_blank" rel="noopener">Open Quire</a>
        ${HOPELESS.includes(notice.status) ? '' : '<a id="again" href="">Try again</a>'}
      </p>
      <p id="progress" role="status"></p>
      ${code === undefined ? '' : `<p class="code">${escapeHtml(code)}</p>`}
    </main>
  </body>
</html>
`
}
