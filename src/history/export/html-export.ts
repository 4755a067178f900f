/**
 * A span as one HTML file that needs nothing else: no script, nothing loaded from anywhere, pictures inside it.
 *
 * Everything that somebody wrote is text. The page’s own policy forbids scripts and addresses, should a reader add any.
 */
import { base64Of } from './base64.ts'
import type { ExportAttachment, ExportGap, ExportMessage, ExportSource } from './export-message.ts'

/** Pictures without script in them: not SVG. */
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
const STYLE = `
:root { color-scheme: light dark; --ink: #1d2430; --paper: #fbfaf7; --faint: #5c6470; --line: #d9d5cc; --accent: #a63d2f }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e1; --paper: #14161a; --faint: #a3a8b0; --line: #33373f; --accent: #e07a66 } }
body { margin: 0 auto; max-width: 48rem; padding: 2rem 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line) } h3 { font-size: 1rem; color: var(--faint); text-align: center }
article { margin: 1rem 0; overflow-wrap: anywhere } header b { margin-right: .5rem } time, .note { color: var(--faint); font-size: .875rem }
.text { margin: 0; white-space: pre-wrap } blockquote { margin: 0; padding-left: .5rem; border-left: 2px solid var(--line); color: var(--faint) }
a { color: var(--accent) } img { max-width: 100%; max-height: 24rem; border-radius: 8px } article:target { outline: 2px solid var(--accent) }
`

export async function* htmlPieces(source: ExportSource): AsyncGenerator<string> {
  const { head } = source
  const span = `${dayOf(head.fromMs)} to ${dayOf(head.toMs)}`
  yield `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="referrer" content="no-referrer">
<title>${escaped(head.communityName)}, ${span}</title><style>${STYLE}</style></head>
<body><h1>${escaped(head.communityName)}</h1>
<p class="note">${span}. Times are UTC. Community ${escaped(head.communityId)}.</p>
${gapList(head.gaps)}<nav><ul>
`
  for (const [i, { name }] of head.channels.entries()) yield `<li><a href="#c-${i}">${escaped(name)}</a></li>\n`
  yield '</ul></nav>\n'
  for (const [i, { id, name }] of head.channels.entries()) {
    yield `<section id="c-${i}"><h2>${escaped(name)}</h2>\n`
    let lastDay = ''
    for await (const message of source.messages(id)) {
      const day = dayOf(message.atMs)
      if (day !== lastDay) yield `<h3>${day}</h3>\n`
      lastDay = day
      yield await articleOf(message, source)
    }
    yield lastDay === ''
      ? '<p class="note">Nothing is held of this channel in this time.</p></section>\n'
      : '</section>\n'
  }
  yield '</body></html>\n'
}

async function articleOf(message: ExportMessage, source: ExportSource): Promise<string> {
  const { id, author, atMs, replyTo } = message
  const at = new Date(atMs).toISOString()
  const marks = [
    message.signature === 'author' ? 'signed by its author' : 'signed by the community',
    ...(message.isEdited ? ['edited'] : []),
    ...(message.isPinned ? ['pinned'] : []),
  ]
  const lines = [
    `<article id="${anchorOf(id)}"><header><b>${escaped(author.name)}</b>`,
    `<time datetime="${at}">${at.slice(11, 16)}</time> <span class="note">${marks.join(', ')}</span></header>`,
    replyTo === undefined
      ? ''
      : `<blockquote><a href="#${anchorOf(replyTo.messageId)}">${escaped(replyTo.authorName ?? 'a message')}</a> ${escaped(replyTo.text ?? '')}</blockquote>`,
    message.isDeleted
      ? '<p class="note">This message was deleted.</p>'
      : `<p class="text">${escaped(message.text)}</p>`,
  ]
  if (!message.isDeleted) {
    for (const attachment of message.attachments) lines.push(await attachmentOf(id, attachment, source))
    const reactions = message.reactions.map(({ emoji, count }) => `${escaped(emoji)} ${count}`).join(' ')
    if (reactions !== '') lines.push(`<p class="note">${reactions}</p>`)
  }
  return `${lines.filter((line) => line !== '').join('\n')}</article>\n`
}

async function attachmentOf(messageId: string, attachment: ExportAttachment, source: ExportSource): Promise<string> {
  const { index, kind, name, mediaType, isHere, remoteUrl } = attachment
  if (isHere && kind === 'image' && PICTURES.has(mediaType)) {
    const bytes = await source.attachment(messageId, index)
    if (bytes !== undefined) {
      return `<p><img src="data:${mediaType};base64,${base64Of(bytes)}" alt="${escaped(name)}"></p>`
    }
  }
  const where = isHere ? 'in the archive' : 'not in the archive'
  const label = `${escaped(name)} (${escaped(mediaType)}, ${where})`
  return remoteUrl !== undefined && /^https?:\/\//u.test(remoteUrl)
    ? `<p class="note">File: <a href="${escaped(remoteUrl)}" rel="noopener noreferrer nofollow">${label}</a></p>`
    : `<p class="note">File: ${label}</p>`
}

function gapList(gaps: readonly ExportGap[]): string {
  if (gaps.length === 0) return ''
  const items = gaps.map(({ fromMs, toMs, why }) => `<li>${dayOf(fromMs)} to ${dayOf(toMs)}: ${escaped(why)}</li>`)
  return `<p>Missing from this file:</p><ul>${items.join('')}</ul>\n`
}

function anchorOf(messageId: string): string {
  return `m-${messageId.replaceAll(/[^0-9a-z]/gu, '')}`
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
