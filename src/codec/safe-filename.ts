/** What file systems allow, and what upstream’s upload checks. */
const MAX_NAME_BYTES = 255
const FALLBACK = 'download'

/** Path separators, what Windows refuses, control characters, and format marks: those turn the reading direction. */
const FORBIDDEN = /[/\\:*?"<>|\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Names that Windows keeps for devices, whatever their ending. */
const DEVICE_NAME = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu

/**
 * A name that can be shown and saved, from one that anyone may have written.
 *
 * Of a path the last part is kept; separators, control and direction marks go (“photo\u202Egpj.exe” would read as a
 * picture), leading dots and spaces and trailing ones go, 255 bytes of UTF-8 remain with the ending kept. What leaves
 * nothing becomes `fallback`.
 */
export function safeFilename(name: string | undefined, fallback = FALLBACK): string {
  const last =
    (name ?? '')
      .toWellFormed()
      .split(/[/\\]/u)
      .findLast((part) => part.trim() !== '') ?? ''
  const clean = last
    .replaceAll(FORBIDDEN, '')
    .replace(/^[.\s]+/u, '')
    .replace(/[.\s]+$/u, '')
  if (clean === '') return fallback
  return shorten(DEVICE_NAME.test(clean) ? `_${clean}` : clean)
}

function shorten(name: string): string {
  if (byteLength(name) <= MAX_NAME_BYTES) return name
  const dot = name.lastIndexOf('.')
  const ending = dot > 0 && byteLength(name.slice(dot)) <= 16 ? name.slice(dot) : ''
  let room = MAX_NAME_BYTES - byteLength(ending)
  let stem = ''
  for (const character of name.slice(0, name.length - ending.length)) {
    room -= byteLength(character)
    if (room < 0) break
    stem += character
  }
  return stem + ending
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).byteLength
}
