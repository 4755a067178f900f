/** Names and identifiers as they are shown: what a stranger wrote must not reorder, hide or break what stands around it. */

/** Controls, and the characters that turn the direction of the text after them (“exe.gpj” reading as “jpg.exe”). */
const UNSEEN = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/gu
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
const REFUSED_IN_FILE_NAMES = /[/\\:*?"<>|]/g
/** ext4, APFS and NTFS allow 255 bytes or characters; a browser adds “ (1)” and “.crdownload”. */
const MAX_FILE_NAME_CHARACTERS = 200
/** What the end of a shortened name keeps: an extension and a few letters before it. */
const TAIL_GRAPHEMES = 10
const SPLIT_FROM_GRAPHEMES = 24
/** Making one costs more than using it. */
const GRAPHEMES = new Intl.Segmenter()

/** A name as it may be shown: unseen characters made visible, never empty. */
export function displayName(name: string | undefined): string {
  const shown = (name ?? '').replace(UNSEEN, '\ufffd').trim()
  return shown === '' ? 'Untitled' : shown
}

/**
 * A shown name in two pieces, of which the first may be cut on screen and the last stays: “quarterly-fig” + “ures.xlsx”.
 *
 * Short names, and names in scripts whose letters join or run right to left, stay in one piece.
 */
export function splitName(name: string): { readonly head: string; readonly tail: string } {
  if (name.length < SPLIT_FROM_GRAPHEMES || RIGHT_TO_LEFT.test(name)) return { head: name, tail: '' }
  const graphemes = Array.from(GRAPHEMES.segment(name), (part) => part.segment)
  if (graphemes.length < SPLIT_FROM_GRAPHEMES) return { head: name, tail: '' }
  const cut = graphemes.length - TAIL_GRAPHEMES
  return { head: graphemes.slice(0, cut).join(''), tail: graphemes.slice(cut).join('') }
}

/** A name that every file system takes. */
export function fileNameFor(name: string | undefined, fallback: string): string {
  const plain = (name ?? '')
    .replace(UNSEEN, '')
    .replace(REFUSED_IN_FILE_NAMES, '_')
    .replace(/^[\s.]+|[\s.]+$/g, '')
  if (plain === '') return fallback
  const graphemes = Array.from(plain)
  if (graphemes.length <= MAX_FILE_NAME_CHARACTERS) return plain
  const dot = plain.lastIndexOf('.')
  const extension = dot > 0 && plain.length - dot <= 16 ? plain.slice(dot) : ''
  return graphemes.slice(0, MAX_FILE_NAME_CHARACTERS - extension.length).join('') + extension
}

/** A CID or peer id with its middle left out: “zDvZRwzk…9hTq”. */
export function shortenMiddle(text: string, { start = 10, end = 6 } = {}): string {
  return text.length <= start + end + 1 ? text : `${text.slice(0, start)}…${text.slice(-end)}`
}
