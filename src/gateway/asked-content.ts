import { cidText } from '../codec/cid.ts'
import { encodeShareLink, parseShareLink } from '../codec/link.ts'
import type { CidText } from '../rpc/api.ts'
import { CONTENT_PATH } from '../rpc/content-url.ts'
import { PLAYER_PARAMETER } from '../rpc/player-report.ts'

/** What an address below `/cid/` names. */
export interface AskedContent {
  readonly cid: CidText
  /** For the node: the CID, with the addresses of holders that the query has. */
  readonly link: string
  /** The last part of the path: how whoever made the address calls the content. */
  readonly name?: string | undefined
  /** `?download`: to be saved, whatever it is. */
  readonly isDownload: boolean
  /** `?player=…`: the player that asks, where it reports what it plays. */
  readonly player?: string | undefined
}

/** Whether the gateway answers an address; `scope` is the app’s own, with the slash at its end. */
export function isContentUrl(url: URL, scope: string): boolean {
  return url.href.startsWith(scope + CONTENT_PATH)
}

/**
 * `<scope>cid/<cid>[/<name>][?maddrs=…][&download]`, read.
 *
 * Errors: `ERR_CID_INVALID`, `ERR_CID_WRONG_KIND`, `ERR_LINK_INVALID` (far too long).
 */
export function readContentUrl(url: URL, scope: string): AskedContent {
  const path = url.href.slice(scope.length + CONTENT_PATH.length, url.href.length - url.search.length - url.hash.length)
  const slash = path.indexOf('/')
  const [first, rest] = slash < 0 ? [path, ''] : [path.slice(0, slash), path.slice(slash + 1)]
  const { cid, addresses } = parseShareLink(`codex:${first}${url.search}`)
  return {
    cid: cidText(cid),
    link: encodeShareLink(scope, { cid, addresses }),
    name: decodeName(rest),
    isDownload: url.searchParams.has('download'),
    player: url.searchParams.get(PLAYER_PARAMETER) ?? undefined,
  }
}

function decodeName(text: string): string | undefined {
  if (text === '') return undefined
  try {
    return decodeURIComponent(text)
  } catch {
    // Not what a browser would have written; a name is not worth a refusal.
    return text
  }
}
