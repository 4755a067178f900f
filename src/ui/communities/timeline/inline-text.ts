/** The marks within a line: bold, italic, struck out, hidden, code, links and mentions. One pass, bounded nesting. */
export type Span =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis' | 'strike' | 'spoiler'; readonly spans: readonly Span[] }
  /** `href` is http or https, as the browser reads it; `text` is what was written. */
  | { readonly kind: 'link'; readonly href: string; readonly host: string; readonly text: string }
  /** An author’s key, or “everyone”. */
  | { readonly kind: 'mention'; readonly key: string }

type Wrapping = 'strong' | 'emphasis' | 'strike' | 'spoiler'

const WRAPPINGS: readonly (readonly [string, Wrapping])[] = [
  ['**', 'strong'],
  ['__', 'strong'],
  ['~~', 'strike'],
  ['||', 'spoiler'],
  ['*', 'emphasis'],
  ['_', 'emphasis'],
  ['~', 'strike'],
]
const MAX_DEPTH = 4
const MENTION = /@(0x04[0-9a-f]{128}|0x00001)(?![0-9a-f])/y
const ADDRESS = /https?:\/\/[^\s<>"]{1,2000}/iy
/** Discord’s “[words](address)”: the words may lie, so that the host is shown beside them. */
const NAMED_ADDRESS = /\[([^\]\n]{1,200})\]\(<?(https?:\/\/[^\s<>()]{1,2000})>?\)/iy
const EMOJI_OF_DISCORD = /<a?(:\w{2,32}:)\d{5,20}>/y
const WORD = /[\p{L}\p{N}_]/u
/** Where something other than plain text may begin. */
const NEXT_MARK = /[*_~|`@[<\\]|https?:\/\//gi
const ESCAPABLE = /[*_~|`>\\[\]#@-]/

/** The spans of a text without blocks; newlines stay in it. */
export function inlineSpans(text: string): readonly Span[] {
  return new InlineReader(text, MAX_DEPTH).read()
}

class InlineReader {
  readonly #text: string
  readonly #depth: number
  readonly #spans: Span[] = []
  /** Marks that close nowhere from here on: they are not looked for again, which keeps the reading linear. */
  readonly #unclosed = new Set<string>()
  #plainFrom = 0
  #at = 0

  constructor(text: string, depth: number) {
    this.#text = text
    this.#depth = depth
  }

  read(): readonly Span[] {
    while (this.#at < this.#text.length) {
      NEXT_MARK.lastIndex = this.#at
      const mark = NEXT_MARK.exec(this.#text)
      if (mark === null) break
      this.#at = mark.index
      if (!this.#take()) this.#at++
    }
    this.#flush(this.#text.length)
    return this.#spans
  }

  #take(): boolean {
    const mark = this.#text[this.#at]
    if (mark === '\\') return this.#takeEscape()
    if (mark === '`') return this.#takeCode()
    if (mark === '@') return this.#takeMention()
    if (mark === '[') return this.#takeNamedLink()
    if (mark === '<') return this.#takeAngle()
    if (mark === 'h' || mark === 'H') return this.#takeLink()
    return this.#takeWrapping()
  }

  /** Ends the plain text before `end`, adds a span, goes on behind `next`. */
  #push(span: Span, next: number): true {
    this.#flush(this.#at)
    this.#spans.push(span)
    this.#at = this.#plainFrom = next
    return true
  }

  #flush(end: number): void {
    if (end <= this.#plainFrom) return
    const text = this.#text.slice(this.#plainFrom, end)
    const last = this.#spans.at(-1)
    if (last?.kind === 'text') this.#spans[this.#spans.length - 1] = { kind: 'text', text: last.text + text }
    else this.#spans.push({ kind: 'text', text })
    this.#plainFrom = end
  }

  #takeEscape(): boolean {
    if (!ESCAPABLE.test(this.#text[this.#at + 1] ?? '')) return false
    this.#flush(this.#at)
    this.#plainFrom = this.#at + 1
    this.#at += 2
    return true
  }

  #takeCode(): boolean {
    const fence = this.#text.startsWith('```', this.#at) ? '```' : this.#text.startsWith('``', this.#at) ? '``' : '`'
    const from = this.#at + fence.length
    const end = this.#find(fence, from, () => true)
    if (end === undefined || end === from) return false
    return this.#push({ kind: 'code', text: this.#text.slice(from, end) }, end + fence.length)
  }

  #takeMention(): boolean {
    const key = this.#match(MENTION)?.[1]
    if (key === undefined) return false
    return this.#push({ kind: 'mention', key: key === '0x00001' ? 'everyone' : key }, this.#at + 1 + key.length)
  }

  #takeNamedLink(): boolean {
    const match = this.#match(NAMED_ADDRESS)
    const link = match === undefined ? undefined : linkTo(match[2] ?? '', match[1] ?? '')
    if (match === undefined || link === undefined) return false
    return this.#push(link, this.#at + match[0].length)
  }

  #takeAngle(): boolean {
    const emoji = this.#match(EMOJI_OF_DISCORD)
    if (emoji !== undefined) return this.#push({ kind: 'text', text: emoji[1] ?? '' }, this.#at + emoji[0].length)
    const address = this.#match(ADDRESS, this.#at + 1)?.[0]
    if (address === undefined || this.#text[this.#at + 1 + address.length] !== '>') return false
    const link = linkTo(address, address)
    return link === undefined ? false : this.#push(link, this.#at + address.length + 2)
  }

  #takeLink(): boolean {
    const found = this.#match(ADDRESS)?.[0]
    if (found === undefined || WORD.test(this.#text[this.#at - 1] ?? '')) return false
    const address = withoutTail(found)
    const link = linkTo(address, address)
    return link === undefined ? false : this.#push(link, this.#at + address.length)
  }

  #takeWrapping(): boolean {
    if (this.#depth === 0) return false
    for (const [mark, kind] of WRAPPINGS) {
      if (!this.#text.startsWith(mark, this.#at)) continue
      const from = this.#at + mark.length
      const end = this.#endOfWrapping(mark, from)
      if (end === undefined) continue
      const spans = new InlineReader(this.#text.slice(from, end), this.#depth - 1).read()
      return this.#push({ kind, spans }, end + mark.length)
    }
    return false
  }

  #endOfWrapping(mark: string, from: number): number | undefined {
    const text = this.#text
    const isInWord = mark.startsWith('_') && WORD.test(text[this.#at - 1] ?? '')
    if (isInWord || /\s|^$/.test(text[from] ?? '') || text.startsWith(mark, from)) return undefined
    return this.#find(mark, from + 1, (end) => {
      const next = text[end + mark.length] ?? ''
      if (/\s/.test(text[end - 1] ?? '')) return false
      // Of “***” the last two close what two opened, and one is none of two.
      if (next === mark[0] || (mark.length === 1 && text[end - 1] === mark)) return false
      return !(mark.startsWith('_') && WORD.test(next))
    })
  }

  #find(mark: string, from: number, fits: (end: number) => boolean): number | undefined {
    if (this.#unclosed.has(mark)) return undefined
    for (let end = this.#text.indexOf(mark, from); end !== -1; end = this.#text.indexOf(mark, end + 1)) {
      if (fits(end)) return end
    }
    this.#unclosed.add(mark)
    return undefined
  }

  #match(pattern: RegExp, at = this.#at): RegExpExecArray | undefined {
    pattern.lastIndex = at
    return pattern.exec(this.#text) ?? undefined
  }
}

/** What stands after an address in a sentence is not part of it; a bracket is where it was opened within. */
function withoutTail(address: string): string {
  let open = 0
  for (const character of address) open += character === '(' ? 1 : character === ')' ? -1 : 0
  let end = address.length
  for (; end > 0; end--) {
    const last = address[end - 1] ?? ''
    if (last === ')' && open >= 0) break
    if (last === ')') open++
    else if (!/[.,;:!?'*_~|\]}’”]/.test(last)) break
  }
  return address.slice(0, end)
}

/** Undefined for anything but an address of the web. */
function linkTo(address: string, text: string): Span | undefined {
  const url = URL.parse(address)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.host === '') return undefined
  return { kind: 'link', href: url.href, host: url.host, text }
}
