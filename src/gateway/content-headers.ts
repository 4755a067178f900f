/** The headers of content from peers. */
import type { ManifestView } from '../rpc/api.ts'
import type { AskedContent } from './asked-content.ts'
import { entityTag } from './conditions.ts'
import { contentDisposition } from './disposition.ts'
import { type SafeMedia, safeMedia } from './safe-media.ts'

/**
 * The page that a browser makes around a film or a sound loads it once more, from where it came: a sandbox would give that
 * page an origin of its own, which no service worker answers. Scripts are forbidden in both.
 */
const PLAYER_POLICY =
  "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
const SANDBOX_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"

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
    'Content-Security-Policy': policyOf(media),
  }
}

function policyOf({ isPlayed }: SafeMedia): string {
  return isPlayed ? PLAYER_POLICY : SANDBOX_POLICY
}
