/** Where the words of a query stand in a text, folded as the search folds them. */

export interface Piece {
  readonly text: string
  readonly isFound: boolean
}

/** Before the first word that was found, so much is shown. */
const LEAD_CHARACTERS = 60
const MAX_CHARACTERS = 280
const MARKS = /\p{M}/gu

/** The text around the first word that was found, in pieces. */
export function highlight(text: string, query: string): readonly Piece[] {
  const words = fold(query).match(/[\p{L}\p{N}]+/gu) ?? []
  const found = rangesOf(text, words)
  const start = startOf(text, found[0]?.from ?? 0)
  const end = Math.min(text.length, start + MAX_CHARACTERS)
  const pieces: Piece[] = []
  let at = start
  const push = (to: number, isFound: boolean) => {
    if (to > at) pieces.push({ text: text.slice(at, to), isFound })
    at = Math.max(at, to)
  }
  for (const { from, to } of found) {
    if (from < at || from >= end) continue
    push(from, false)
    push(Math.min(to, end), true)
  }
  push(end, false)
  if (start > 0) pieces.unshift({ text: '…', isFound: false })
  if (end < text.length) pieces.push({ text: '…', isFound: false })
  return pieces
}

/** Words of the text that begin with one of the query’s. */
function rangesOf(text: string, words: readonly string[]): readonly { readonly from: number; readonly to: number }[] {
  if (words.length === 0) return []
  const ranges: { from: number; to: number }[] = []
  for (const match of text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu)) {
    const folded = fold(match[0])
    const word = words.find((each) => folded.startsWith(each))
    const inside = word === undefined ? words.find((each) => isIdeographic(each) && folded.includes(each)) : undefined
    if (word !== undefined) ranges.push({ from: match.index, to: match.index + match[0].length })
    else if (inside !== undefined) {
      const from = match.index + folded.indexOf(inside)
      ranges.push({ from, to: from + inside.length })
    }
  }
  return ranges
}

/** Scripts without spaces are found within what looks like a word. */
function isIdeographic(word: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(word)
}

function startOf(text: string, firstFound: number): number {
  if (firstFound <= LEAD_CHARACTERS || text.length <= MAX_CHARACTERS) return 0
  const space = text.indexOf(' ', firstFound - LEAD_CHARACTERS)
  return space === -1 || space >= firstFound ? firstFound - LEAD_CHARACTERS : space + 1
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(MARKS, '').toLowerCase()
}
