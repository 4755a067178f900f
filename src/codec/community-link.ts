/**
 * Links to communities: `https://<any page>/#/c/<community id>/<channel>?m=<message id>&t=<ms>&maddrs=…&link=<envelope>`.
 *
 * All but the id is optional. `maddrs` says where one who holds its history was; `link` is the newest archive link as the
 * owner signed it, an encoded WakuMessage in base64url, so that one who opens it need not wait until somebody is asked.
 */
import { QuireError } from '../errors.ts'
import { decodePercent, readAddresses, splitOnce, writeAddresses } from './link-addresses.ts'
import { candidatesOf, unwrap } from './pasted-text.ts'

/** Eight addresses and an envelope, with the page’s own address; longer texts are not looked at. */
const MAX_LINK_CHARACTERS = 16_384
/** A signed link is about 300 bytes. */
const MAX_ENVELOPE_BYTES = 2_048

export interface CommunityLinkPlace {
  /** The channel’s UUID: what its chat id has behind the community’s id. */
  readonly channel: string
  readonly messageId?: string | undefined
  readonly atMs?: number | undefined
}

export interface CommunityLink {
  /** “0x02…” or “0x03…”, 68 characters. */
  readonly community: string
  /** Multiaddrs as text, not yet parsed; at most 8 of at most 512 characters. */
  readonly addresses: readonly string[]
  /** The envelope of the newest archive link; not verified. At most 2,048 bytes. */
  readonly envelope?: Uint8Array | undefined
  readonly place?: CommunityLinkPlace | undefined
}

/** The link on the page `base`, whose own fragment is replaced. Errors: `ERR_COMMUNITY_LINK_INVALID` (`base` is no URL). */
export function encodeCommunityLink(base: string, link: CommunityLink): string {
  if (!URL.canParse(base)) throw invalid('The page’s own address is no URL.')
  const page = new URL(base)
  page.hash = ''
  const { community, place, envelope } = link
  const parts = [
    place?.messageId === undefined ? '' : `m=${place.messageId}`,
    place?.atMs === undefined ? '' : `t=${place.atMs}`,
    writeAddresses(link.addresses),
    envelope === undefined || envelope.byteLength > MAX_ENVELOPE_BYTES ? '' : `link=${toBase64Url(envelope)}`,
  ].filter((part) => part !== '')
  const path = place === undefined ? community : `${community}/${place.channel}`
  return `${page.href}#/c/${path}${parts.length === 0 ? '' : `?${parts.join('&')}`}`
}

/**
 * The community that a pasted text names: a link of any page or a bare id, in a sentence, in brackets or quotes, broken
 * over lines. What is no address, message or envelope in it is left out.
 *
 * Errors: `ERR_COMMUNITY_LINK_INVALID`.
 */
export function parseCommunityLink(text: string): CommunityLink {
  if (text.length > MAX_LINK_CHARACTERS) throw invalid(`A text of ${text.length} characters is too long to be a link.`)
  for (const candidate of candidatesOf(text)) {
    const link = parseCandidate(candidate)
    if (link !== undefined) return link
  }
  throw invalid('There is no id of a community in this text.')
}

function parseCandidate(candidate: string): CommunityLink | undefined {
  const hash = candidate.indexOf('#')
  const fragment = hash < 0 ? candidate : candidate.slice(hash + 1)
  // Some programs encode the whole fragment, its “/” and “?” included.
  const text = /^%2f/iu.test(fragment) ? (decodePercent(fragment) ?? fragment) : fragment
  const [path, query] = splitOnce(text, '?')
  const steps = unwrap(path).split('/')
  const at = steps.findIndex((step) => COMMUNITY.test(step))
  const community = steps[at]?.toLowerCase()
  if (community === undefined) return undefined
  return {
    community,
    addresses: readAddresses(query),
    envelope: fromBase64Url(valueOf(query, 'link')),
    place: placeOf(steps[at + 1], query),
  }
}

const COMMUNITY = /^0x0[23][0-9a-f]{64}$/iu
const CHANNEL = /^[\w-]{1,64}$/u
const MESSAGE = /^0x[0-9a-f]{64}$/u

function placeOf(channel: string | undefined, query: string): CommunityLinkPlace | undefined {
  if (channel === undefined || !CHANNEL.test(channel)) return undefined
  const messageId = valueOf(query, 'm').toLowerCase()
  const time = valueOf(query, 't')
  return {
    channel,
    ...(MESSAGE.test(messageId) ? { messageId } : {}),
    ...(/^\d{1,15}$/u.test(time) ? { atMs: Number(time) } : {}),
  }
}

function valueOf(query: string, name: string): string {
  const part = query.split('&').find((each) => each.startsWith(`${name}=`))
  return part === undefined ? '' : (decodePercent(part.slice(name.length + 1)) ?? '')
}

function toBase64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromBase64Url(text: string): Uint8Array | undefined {
  if (text === '' || text.length > (MAX_ENVELOPE_BYTES * 4) / 3 + 4 || !/^[\w-]+$/u.test(text)) return undefined
  try {
    const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return Uint8Array.from(bytes, (character) => character.charCodeAt(0))
  } catch {
    // A piece that was cut off while copying; the community is still named.
    return undefined
  }
}

function invalid(message: string): QuireError {
  return new QuireError('ERR_COMMUNITY_LINK_INVALID', message)
}
