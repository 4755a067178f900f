/**
 * One mail: its headers, the text of its first plain part, and its attachments.
 *
 * As much of MIME as archives of mailing lists have: folded headers, encoded words, multipart, quoted-printable, base64,
 * the charsets that the platform decodes. Sources: RFC 5322, 2045–2047, 2183.
 */
import type { ImportedAttachment } from './imported-message.ts'
import { base64Bytes } from './json-lines-export.ts'

export interface Mail {
  /** By lower-case name; of a header that comes twice the first counts. */
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
  readonly attachments: readonly ImportedAttachment[]
}

const MAX_PARTS = 100
const MAX_DEPTH = 8

interface Part {
  readonly headers: ReadonlyMap<string, string>
  /** One character a byte. */
  readonly body: string
}

/** `raw` has one character a byte (latin1), lines ended by “\n”. */
export function readMail(raw: string): Mail {
  const mail = partOf(raw)
  const leaves: Part[] = []
  collectLeaves(mail, leaves, 0)
  const isText = (part: Part): boolean => typeOf(part).type === 'text/plain' && dispositionOf(part) !== 'attachment'
  const plain = leaves.find(isText)
  const shown = plain ?? leaves.find((part) => typeOf(part).type === 'text/html')
  const text = shown === undefined ? '' : decodedText(shown)
  return {
    headers: new Map([...mail.headers].map(([name, value]) => [name, decodedWords(value)])),
    text: (plain === undefined ? withoutTags(text) : text).trim(),
    attachments: leaves.filter((part) => part !== shown && isFile(part)).map(attachmentOf),
  }
}

function partOf(raw: string): Part {
  const end = raw.startsWith('\n') ? 0 : raw.indexOf('\n\n')
  const head = end === -1 ? raw : raw.slice(0, end)
  const headers = new Map<string, string>()
  for (const line of head.replaceAll(/\n[ \t]+/gu, ' ').split('\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    if (colon > 0 && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim())
  }
  return { headers, body: end === -1 ? '' : raw.slice(end === 0 ? 1 : end + 2) }
}

function collectLeaves(part: Part, leaves: Part[], depth: number): void {
  if (leaves.length >= MAX_PARTS || depth > MAX_DEPTH) return
  const { type, parameters } = typeOf(part)
  const boundary = parameters.get('boundary')
  if (!type.startsWith('multipart/') || boundary === undefined || boundary === '') {
    leaves.push(part)
    return
  }
  const pieces = `\n${part.body}`.split(`\n--${boundary}`)
  for (const piece of pieces.slice(1, MAX_PARTS)) {
    if (piece.startsWith('--')) return
    collectLeaves(partOf(piece.slice(piece.indexOf('\n') + 1)), leaves, depth + 1)
  }
}

function typeOf({ headers }: Part): { type: string; parameters: ReadonlyMap<string, string> } {
  return withParameters(headers.get('content-type') ?? 'text/plain')
}

function withParameters(header: string): { type: string; parameters: ReadonlyMap<string, string> } {
  const parameters = new Map<string, string>()
  for (const [, name, quoted, plain] of header.matchAll(/;\s*([\w*-]+)\s*=\s*(?:"([^"]*)"|([^\s;]+))/gu)) {
    parameters.set((name ?? '').toLowerCase(), quoted ?? plain ?? '')
  }
  return { type: (header.split(';')[0] ?? '').trim().toLowerCase(), parameters }
}

function dispositionOf({ headers }: Part): string {
  return withParameters(headers.get('content-disposition') ?? '').type
}

function isFile(part: Part): boolean {
  return dispositionOf(part) === 'attachment' || !typeOf(part).type.startsWith('text/')
}

function attachmentOf(part: Part): ImportedAttachment {
  const { type, parameters } = typeOf(part)
  const disposition = withParameters(part.headers.get('content-disposition') ?? '').parameters
  const bytes = bytesOfBody(part)
  return {
    name: decodedWords(disposition.get('filename') ?? parameters.get('name') ?? 'attachment'),
    mediaType: type,
    sizeBytes: bytes?.byteLength,
    bytes,
  }
}

function bytesOfBody({ headers, body }: Part): Uint8Array | undefined {
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase()
  if (encoding === 'base64') return base64Bytes(body.replaceAll(/[^A-Za-z0-9+/=]/gu, ''))
  return bytesOf(encoding === 'quoted-printable' ? unquoted(body) : body)
}

function decodedText(part: Part): string {
  return decoded(bytesOfBody(part) ?? new Uint8Array(), typeOf(part).parameters.get('charset') ?? 'utf-8')
}

/** “=?utf-8?B?w6k=?=”; white space between two of them is not theirs. */
function decodedWords(text: string): string {
  const words = /=\?([^?\s]+)\?([bq])\?([^?]*)\?=/giu
  return text
    .replaceAll(/(\?=)\s+(?==\?)/gu, '$1')
    .replaceAll(words, (_, charset: string, encoding: string, word: string) => {
      const bytes = encoding.toLowerCase() === 'b' ? base64Bytes(word) : bytesOf(unquoted(word.replaceAll('_', ' ')))
      return bytes === undefined ? word : decoded(bytes, charset)
    })
}

function unquoted(text: string): string {
  return text
    .replaceAll(/=\n/gu, '')
    .replaceAll(/=([0-9a-f]{2})/giu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function decoded(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset.replaceAll('"', '')).decode(bytes)
  } catch {
    return new TextDecoder('latin1').decode(bytes)
  }
}

/** Rough: the words of a mail that has HTML alone. */
function withoutTags(html: string): string {
  return html
    .replaceAll(/<(style|script)[\s\S]*?<\/\1\s*>/giu, '')
    .replaceAll(/<br\s*\/?>|<\/(?:p|div|li|tr|h\d)>/giu, '\n')
    .replaceAll(/<[^>]*>/gu, '')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll(/\n{3,}/gu, '\n\n')
}
