/**
 * Words as search sees them: letters and digits, without case and accents; scripts without spaces in pairs of characters.
 *
 * Sources: Unicode Standard Annex 15 (decomposition), and the usual bigrams for Chinese, Japanese and Korean text.
 */
const MAX_TERM_LENGTH = 32
const WORD = /[\p{L}\p{N}]+/gu
const MARK = /\p{M}+/gu
const WITHOUT_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+/gu
const BEYOND_ASCII = /[^\p{ASCII}]/u
const ASCII_WORD = /[a-z0-9]+/gu

/** A query: all words must be there, the last one may be a beginning. */
export interface Terms {
  readonly whole: readonly string[]
  readonly beginning: string | undefined
}

/** The distinct words of a text. */
export function termsOf(text: string): ReadonlySet<string> {
  const terms = new Set<string>()
  if (!BEYOND_ASCII.test(text)) {
    for (const word of text.toLowerCase().match(ASCII_WORD) ?? []) terms.add(word.slice(0, MAX_TERM_LENGTH))
    return terms
  }
  for (const word of wordsOf(text)) {
    for (const part of partsOf(word)) {
      if (!isWithoutSpaces(part)) terms.add(part.slice(0, MAX_TERM_LENGTH))
      else for (const pair of pairsOf(part, { withLast: true })) terms.add(pair)
    }
  }
  return terms
}

/** A word that something follows is whole; what is still being typed is a beginning. */
export function queryTerms(text: string): Terms {
  const parts = wordsOf(text).flatMap((word) => partsOf(word))
  const terms = parts.flatMap((part) =>
    isWithoutSpaces(part) ? pairsOf(part, { withLast: false }) : [part.slice(0, MAX_TERM_LENGTH)],
  )
  return { whole: [...new Set(terms.slice(0, -1))], beginning: terms.at(-1) }
}

export function doesMatch(text: string, { whole, beginning }: Terms): boolean {
  const terms = termsOf(text)
  if (!whole.every((term) => terms.has(term))) return false
  return beginning === undefined || [...terms].some((term) => term.startsWith(beginning))
}

function wordsOf(text: string): string[] {
  return text.normalize('NFKD').replace(MARK, '').toLowerCase().match(WORD) ?? []
}

/** A word of mixed scripts, cut where one without spaces begins or ends. */
function partsOf(word: string): string[] {
  const parts: string[] = []
  let end = 0
  for (const { 0: run, index } of word.matchAll(WITHOUT_SPACES)) {
    if (index > end) parts.push(word.slice(end, index))
    parts.push(run)
    end = index + run.length
  }
  if (end < word.length) parts.push(word.slice(end))
  return parts
}

function isWithoutSpaces(part: string): boolean {
  return part.search(WITHOUT_SPACES) === 0
}

/** `withLast`: the last character by itself, too, so that it is found as a beginning. */
function pairsOf(run: string, { withLast }: { withLast: boolean }): string[] {
  const characters = Array.from(run)
  const pairs = characters.slice(1).map((character, i) => `${characters[i] ?? ''}${character}`)
  const last = characters.at(-1)
  return last !== undefined && (withLast || pairs.length === 0) ? [...pairs, last] : pairs
}
