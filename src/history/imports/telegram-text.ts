/** Telegram’s text, which is a text or a list of texts and marked pieces, with the marks of messages here. */
import { asObject, textAt } from './json-fields.ts'

const AROUND: Readonly<Record<string, string>> = {
  bold: '**',
  italic: '_',
  code: '`',
  strikethrough: '~~',
}

export function plainTelegramText(text: unknown): string {
  if (typeof text === 'string') return text
  return Array.isArray(text) ? text.map(pieceText).join('') : ''
}

function pieceText(piece: unknown): string {
  if (typeof piece === 'string') return piece
  const entity = asObject(piece)
  const text = textAt(entity, 'text') ?? ''
  const type = textAt(entity, 'type') ?? ''
  const around = AROUND[type]
  if (around !== undefined && text.trim() !== '' && !text.includes('\n')) return `${around}${text}${around}`
  if (type === 'pre') return `\n\`\`\`${textAt(entity, 'language') ?? ''}\n${text}\n\`\`\`\n`
  if (type === 'blockquote') return `\n> ${text.replaceAll('\n', '\n> ')}\n`
  const address = textAt(entity, 'href')
  return type === 'text_link' && address !== undefined ? `${text} (${address})` : text
}
