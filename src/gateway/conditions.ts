/** Conditions of a request (RFC 9110, 13) on a content that never changes: its CID is its strong tag. */
import type { CidText } from '../rpc/api.ts'

const TAG = /(?:W\/)?"([\u0021\u0023-\u007e\u0080-\u00ff]*)"/gu

export function entityTag(cid: CidText): string {
  return `"${cid}"`
}

/** `If-None-Match`: the asker has it already. Compared weakly, as is due there. */
export function hasAlready(headers: Headers, cid: CidText): boolean {
  const known = headers.get('if-none-match')?.trim()
  if (known === undefined) return false
  return known === '*' || [...known.matchAll(TAG)].some(([, tag]) => tag === cid)
}

/** `If-Range`: whether the range may be answered; a date, or the tag of something else, wants the whole. */
export function mayAnswerRange(headers: Headers, cid: CidText): boolean {
  const condition = headers.get('if-range')?.trim()
  return condition === undefined || condition === entityTag(cid)
}
