/**
 * What somebody wrote, as a tree of a few kinds of blocks: data for the page to draw, never markup.
 *
 *   text ─lines─▶ code │ quote │ list │ heading │ paragraph ─▶ spans (inline-text.ts)
 *
 * Status and Discord both write Markdown’s commonest marks. Time and memory are linear in the text; what is not
 * understood stays as it was written.
 */
import { inlineSpans } from './inline-text.ts'
import type { Span } from './inline-text.ts'

export type Block =
  | { readonly kind: 'paragraph'; readonly spans: readonly Span[] }
  | { readonly kind: 'heading'; readonly spans: readonly Span[] }
  | { readonly kind: 'quote'; readonly spans: readonly Span[] }
  | { readonly kind: 'code'; readonly text: string; readonly language?: string | undefined }
  | { readonly kind: 'list'; readonly firstNumber?: number | undefined; readonly items: readonly (readonly Span[])[] }

const FENCE = /^\s{0,3}```\s*([\w+#.-]{0,20})\s*$/
/** A fence with its code in one line: ```like this```. */
const ONE_LINE_FENCE = /^\s{0,3}```(.+?)```\s*$/
const QUOTE = /^\s{0,3}>\s?(.*)$/
const BULLET = /^\s{0,8}[-*•]\s+(\S.*)$/
const NUMBERED = /^\s{0,8}(\d{1,6})[.)]\s+(\S.*)$/
const HEADING = /^#{1,3}\s+(\S.*)$/
/** Imports hold up to 65,536 bytes; what is longer was not checked by anybody. */
const MAX_CHARACTERS = 65_536
const MAX_BLOCKS = 2000
const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200d|\ufe0f)+$/u
const GRAPHEMES = new Intl.Segmenter()

/** The blocks of a message. */
export function messageBlocks(text: string): readonly Block[] {
  const lines = text.slice(0, MAX_CHARACTERS).replaceAll('\r\n', '\n').trimEnd().split('\n')
  const blocks: Block[] = []
  let at = 0
  while (at < lines.length) {
    if (blocks.length === MAX_BLOCKS) {
      blocks.push({ kind: 'code', text: lines.slice(at).join('\n') })
      break
    }
    const { block, next } = blockAt(lines, at)
    if (block !== undefined) blocks.push(block)
    at = next
  }
  return blocks
}

interface Taken {
  readonly block: Block | undefined
  /** The first line that is not in it. */
  readonly next: number
}

function blockAt(lines: readonly string[], at: number): Taken {
  const line = lines[at] ?? ''
  return codeAt(lines, at) ?? quoteAt(lines, at) ?? listAt(lines, at) ?? headingAt(line, at) ?? paragraphAt(lines, at)
}

function codeAt(lines: readonly string[], at: number): Taken | undefined {
  const line = lines[at] ?? ''
  const inOne = ONE_LINE_FENCE.exec(line)?.[1]
  if (inOne !== undefined) return { block: { kind: 'code', text: inOne }, next: at + 1 }
  const language = FENCE.exec(line)?.[1]
  if (language === undefined) return undefined
  const end = endOfFence(lines, at + 1)
  const text = lines.slice(at + 1, end).join('\n')
  return { block: { kind: 'code', text, language: language === '' ? undefined : language }, next: end + 1 }
}

/** A fence that nobody closed goes to the end: what follows is read as code, as it is on Status. */
function endOfFence(lines: readonly string[], from: number): number {
  for (let at = from; at < lines.length; at++) if (/^\s{0,3}```\s*$/.test(lines[at] ?? '')) return at
  return lines.length
}

function quoteAt(lines: readonly string[], at: number): Taken | undefined {
  const quoted = matches(lines, at, QUOTE)
  if (quoted.length === 0) return undefined
  const text = quoted.map((match) => match[1] ?? '').join('\n')
  return { block: { kind: 'quote', spans: inlineSpans(text) }, next: at + quoted.length }
}

function listAt(lines: readonly string[], at: number): Taken | undefined {
  const bullets = matches(lines, at, BULLET)
  if (bullets.length > 0) {
    const items = bullets.map((match) => inlineSpans(match[1] ?? ''))
    return { block: { kind: 'list', items }, next: at + bullets.length }
  }
  const numbered = matches(lines, at, NUMBERED)
  if (numbered.length === 0) return undefined
  const items = numbered.map((match) => inlineSpans(match[2] ?? ''))
  return { block: { kind: 'list', firstNumber: Number(numbered[0]?.[1]), items }, next: at + numbered.length }
}

/** The lines from `at` on that a pattern takes, one after the other. */
function matches(lines: readonly string[], at: number, pattern: RegExp): readonly RegExpExecArray[] {
  const found: RegExpExecArray[] = []
  for (let next = at; next < lines.length; next++) {
    const match = pattern.exec(lines[next] ?? '')
    if (match === null) break
    found.push(match)
  }
  return found
}

function headingAt(line: string, at: number): Taken | undefined {
  const words = HEADING.exec(line)?.[1]
  return words === undefined ? undefined : { block: { kind: 'heading', spans: inlineSpans(words) }, next: at + 1 }
}

function paragraphAt(lines: readonly string[], at: number): Taken {
  let end = at + 1
  while (end < lines.length && !startsBlock(lines[end] ?? '')) end++
  const text = lines
    .slice(at, end)
    .join('\n')
    .replace(/^\n+|\n+$/g, '')
  return { block: text.trim() === '' ? undefined : { kind: 'paragraph', spans: inlineSpans(text) }, next: end }
}

function startsBlock(line: string): boolean {
  return [FENCE, ONE_LINE_FENCE, QUOTE, BULLET, NUMBERED, HEADING].some((pattern) => pattern.test(line))
}

/** Whether a message is one to three emoji and nothing else: those are drawn large. */
export function isEmojiOnly(text: string): boolean {
  const bare = text.replaceAll(/\s/g, '')
  return bare.length <= 40 && EMOJI.test(bare) && [...GRAPHEMES.segment(bare)].length <= 3
}

/** Blocks as one line of plain words: for previews and screen readers. */
export function plainText(blocks: readonly Block[]): string {
  return blocks.map(wordsOfBlock).join(' ').replaceAll(/\s+/g, ' ').trim()
}

function wordsOfBlock(block: Block): string {
  if (block.kind === 'code') return block.text
  if (block.kind === 'list') return block.items.map(wordsOfSpans).join(' ')
  return wordsOfSpans(block.spans)
}

function wordsOfSpans(spans: readonly Span[]): string {
  return spans.map(wordsOfSpan).join('')
}

function wordsOfSpan(span: Span): string {
  switch (span.kind) {
    case 'text':
    case 'code':
    case 'link':
      return span.text
    case 'mention':
      return '@…'
    default:
      return wordsOfSpans(span.spans)
  }
}
