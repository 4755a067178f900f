/** Addresses of the pictures of authors, one for each; the oldest are given back. */
import type { AuthorKey } from '../../../rpc/history-api.ts'

const MAX_URLS = 300

interface Kept {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly url: string
}

const kept = new Map<string, Kept>()

/** Undefined for bytes that are no PNG and no WebP. */
export function avatarUrl(key: AuthorKey, bytes: Uint8Array<ArrayBuffer>): string | undefined {
  // Authors of an import may share a key: the picture’s length and end tell them apart.
  const id = `${key} ${bytes.length} ${bytes.slice(-12).join(' ')}`
  const known = kept.get(id)
  if (known !== undefined) return known.url
  const type = typeOf(bytes)
  if (type === undefined) return undefined
  const url = URL.createObjectURL(new Blob([bytes], { type }))
  kept.set(id, { bytes, url })
  const [oldest] = kept
  if (kept.size > MAX_URLS && oldest !== undefined) {
    URL.revokeObjectURL(oldest[1].url)
    kept.delete(oldest[0])
  }
  return url
}

function typeOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0x89 && bytes[1] === 0x50) return 'image/png'
  return bytes[0] === 0x52 && bytes[8] === 0x57 ? 'image/webp' : undefined
}
