/** Links as people paste them: in a sentence, in brackets or quotes, broken over lines, with a full stop at their end. */

/** The parts of a text that can be a link, best first. */
export function candidatesOf(text: string): string[] {
  const visible = text.replaceAll(INVISIBLE, '')
  const words = visible.split(/\s+/u).filter((word) => word !== '')
  return [...new Set([...words.map(unwrap), unwrap(words.join(''))])]
}

/** Zero-width and direction marks that copying from a chat adds. */
const INVISIBLE = /\p{Cf}/gu

/** What people and programs put around a link. */
const WRAPPING = new Set('<>()[]{}"\'`«»“”‘’„‚,;:.!?*_|')

/** Two loops in place of a regular expression, which would take time in the square of the length. */
export function unwrap(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && WRAPPING.has(text.charAt(start))) start++
  while (end > start && WRAPPING.has(text.charAt(end - 1))) end--
  return text.slice(start, end)
}
