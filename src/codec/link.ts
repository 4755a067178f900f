/**
 * Share links: `https://<any page of Quire>/#/<manifest CID>?maddrs=<address>,<address>`.
 *
 * Everything is in the fragment, so no server sees what is shared. The addresses say where a holder was when the link was
 * made; the page’s origin means nothing, a link of one page opens on any other.
 */
import { isQuireError, QuireError } from '../errors.ts'
import { cidText, type ManifestCid, parseManifestCid } from './cid.ts'

/** Enough for every way to reach one device; a link stays short enough for a QR code. */
export const MAX_LINK_ADDRESSES = 8
export const MAX_ADDRESS_CHARACTERS = 512
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
  const addresses = keepAddresses(link.addresses).map(encodeAddress)
  const query = addresses.length === 0 ? '' : `?maddrs=${addresses.join(',')}`
  return `${page.href}#/${cidText(link.cid)}${query}`
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

/** The parts of a text that can be a link, best first. */
function candidatesOf(text: string): string[] {
  const visible = text.replaceAll(INVISIBLE, '')
  const words = visible.split(/\s+/u).filter((word) => word !== '')
  return [...new Set([...words.map(unwrap), unwrap(words.join(''))])]
}

/** Zero-width and direction marks that copying from a chat adds. */
const INVISIBLE = /\p{Cf}/gu

/** What people and programs put around a link. */
const WRAPPING = new Set('<>()[]{}"\'`«»“”‘’„‚,;:.!?*_|')

/** Two loops in place of a regular expression, which would take time in the square of the length. */
function unwrap(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && WRAPPING.has(text.charAt(start))) start++
  while (end > start && WRAPPING.has(text.charAt(end - 1))) end--
  return text.slice(start, end)
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

function readAddresses(query: string): string[] {
  const lists = query
    .split('&')
    .filter((part) => part.startsWith('maddrs='))
    .map((part) => part.slice('maddrs='.length))
  const pieces = lists.flatMap((list) => list.split(/,|%2c/iu))
  return keepAddresses(pieces.flatMap((piece) => decodePercent(piece) ?? []))
}

function keepAddresses(addresses: readonly string[]): string[] {
  const kept = addresses.filter((address) => address.length <= MAX_ADDRESS_CHARACTERS && ADDRESS_SHAPE.test(address))
  return [...new Set(kept)].slice(0, MAX_LINK_ADDRESSES)
}

/** Printable ASCII from a “/” on; a comma would end the address. */
const ADDRESS_SHAPE = /^\/[\u0021-\u002b\u002d-\u007e]+$/u

/** “/” and “:” may stand in a fragment as they are, which keeps the link readable and its QR code small. */
function encodeAddress(address: string): string {
  return encodeURIComponent(address).replaceAll('%2F', '/').replaceAll('%3A', ':')
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    // Broken encoding in a pasted text is nothing to report: the piece is not used.
    return undefined
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}
