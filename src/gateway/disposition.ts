import { safeFilename } from '../codec/safe-filename.ts'

/** `Content-Disposition` with a name of any characters: in full as RFC 8187 writes it, before it in ASCII for old programs. */
export function contentDisposition(type: 'inline' | 'attachment', name: string): string {
  const safe = safeFilename(name)
  const ascii = safe.replaceAll(/[^\u0020-\u007e]/gu, '_').replaceAll(/["\\%]/gu, '_')
  return `${type}; filename="${ascii}"; filename*=UTF-8''${extValue(safe)}`
}

/** What `encodeURIComponent` leaves and RFC 8187 (3.2.1) does not: ' ( ) * */
function extValue(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /['()*]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
