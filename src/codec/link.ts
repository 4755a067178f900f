/**
 * Share links: `https://<any page of Quire>/#/<manifest CID>?maddrs=<address>,<address>`.
 *
 * Everything is in the fragment, so no server sees what is shared. The addresses say where a holder was when the link was
 * made; the page’s origin means nothing, a link of one page opens on any other.
 */
import { isQuireError, QuireError } from '../errors.ts'
import { cidText, type ManifestCid, parseManifestCid } from './cid.ts'
import { decodePercent, readAddresses, splitOnce, writeAddresses } from './link-addresses.ts'
import { candidatesOf, unwrap } from './pasted-text.ts'

/** Longer texts are not looked at: eight addresses of 512 characters, percent-encoded, with the page’s own address. */
const MAX_LINK_CHARACTERS = 16_384

export interface ShareLink {
  readonly cid: ManifestCid
  /** Multiaddrs as text, not yet parsed; at most 8 of at most 512 characters. */
  readonly addresses: string[]
}

/**
 * The link to a dataset on the page `base`, whose own fragment is replaced; addresses beyond the eighth are left out.
 *
 * Errors: `ERR_LINK_INVALID` (`base` is no URL).
 */
export function encodeShareLink(base: string, link: { cid: ManifestCid; addresses: readonly string[] }): string {
  if (!URL.canParse(base)) throw new QuireError('ERR_LINK_INVALID', 'The page’s own address is no URL.')
  const page = new URL(base)
  page.hash = ''
  const query = writeAddresses(link.addresses)
  return `${page.href}#/${cidText(link.cid)}${query === '' ? '' : `?${query}`}`
}

/**
 * The dataset that a pasted text names: a link of any page, a bare CID, or either with a `codex:` or `web+codex:` prefix,
 * in a sentence, in brackets or quotes, broken over lines, with a full stop at its end.
 *
 * Addresses that cannot be multiaddrs are dropped. Errors: `ERR_LINK_INVALID` (a link without CID), `ERR_CID_INVALID`,
 * `ERR_CID_WRONG_KIND`.
 */
export function parseShareLink(text: string): ShareLink {
  if (text.length > MAX_LINK_CHARACTERS) {
    throw new QuireError('ERR_LINK_INVALID', `A text of ${text.length} characters is too long to be a link.`)
  }
  const failures: QuireError[] = []
  for (const candidate of candidatesOf(text)) {
    try {
      return parseCandidate(candidate)
    } catch (error) {
      if (!isQuireError(error)) throw error
      failures.push(error)
    }
  }
  throw mostTelling(failures)
}

/** Of the failures of a text’s parts: a CID of another kind says most, a word that is no CID least. */
function mostTelling(failures: readonly QuireError[]): QuireError {
  const order = ['ERR_CID_WRONG_KIND', 'ERR_LINK_INVALID', 'ERR_CID_INVALID'] as const
  const found = order.map((code) => failures.find((failure) => failure.code === code))
  return (
    found.find((failure) => failure !== undefined) ??
    new QuireError('ERR_LINK_INVALID', 'There is no link and no CID in this text.')
  )
}

function parseCandidate(candidate: string): ShareLink {
  const reference = candidate.replace(/^(?:web\+)?codex:(?:\/\/)?/iu, '')
  const hash = reference.indexOf('#')
  if (hash >= 0) return parseFragment(reference.slice(hash + 1))
  if (/^[a-z][a-z\d+.-]*:\/\//iu.test(reference)) return parsePath(reference)
  return parseFragment(reference)
}

function parseFragment(fragment: string): ShareLink {
  // Some programs encode the whole fragment, its “/” and “?” included.
  const text = /^%2f/iu.test(fragment) ? (decodePercent(fragment) ?? fragment) : fragment
  const [path, query] = splitOnce(text, '?')
  const name = unwrap((decodePercent(path) ?? path).replace(/^!?\/*/u, '').replace(/\/+$/u, ''))
  if (name === '') throw new QuireError('ERR_LINK_INVALID', 'This link has no CID that Quire can fetch.')
  return { cid: parseManifestCid(name), addresses: readAddresses(query) }
}

/** A link whose CID stands in the path, as in `/cid/<cid>/name`. */
function parsePath(url: string): ShareLink {
  const [path, query] = splitOnce(url, '?')
  const name = path.split('/').find((part) => CID_SHAPE.test(part))
  if (name === undefined) throw new QuireError('ERR_LINK_INVALID', 'This link has no CID that Quire can fetch.')
  return { cid: parseManifestCid(name), addresses: readAddresses(query) }
}

const CID_SHAPE = /^z[1-9A-HJ-NP-Za-km-z]{40,}$/u
