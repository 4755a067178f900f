/** The headers of content from peers. */
import type { ManifestView } from '../rpc/api.ts'
import type { AskedContent } from './asked-content.ts'
import { entityTag } from './conditions.ts'
import { contentDisposition } from './disposition.ts'
import { safeMedia } from './safe-media.ts'

const POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"

/** What holds for every answer below `/cid/`. */
export const COMMON_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const

/** Of an answer that stays true for ever; a 304 has no others. */
export function lastingHeaders({ cid }: Pick<AskedContent, 'cid'>): Record<string, string> {
  return {
    ...COMMON_HEADERS,
    ETag: entityTag(cid),
    'Cache-Control': 'public, max-age=31536000, immutable',
    'Accept-Ranges': 'bytes',
  }
}

export function contentHeaders(asked: AskedContent, manifest: ManifestView): Record<string, string> {
  const name = manifest.name ?? asked.name
  const media = safeMedia({ mediaType: manifest.mediaType, name })
  const isInline = media.isShown && !asked.isDownload
  return {
    ...lastingHeaders(asked),
    'Content-Type': media.contentType,
    'Content-Disposition': contentDisposition(isInline ? 'inline' : 'attachment', name ?? asked.cid),
    'Content-Security-Policy': POLICY,
  }
}
