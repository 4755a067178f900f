/**
 * Where the page stands, kept in the address’s fragment:
 *
 *   #/  files · #/network · #/settings · #/<cid>[?maddrs=…]  a dataset; the same text is the share link
 *   #/web+codex:<any of these>, as the system hands links on · #/shared/<id>  files that another app shared
 *   #/communities · #/c/<community id>[/<channel uuid>][?m=<message id>&t=<ms>&panel=<name>&maddrs=…]
 */
import type { ChannelId, CommunityId, MessageId } from '../../rpc/history-api.ts'

export const PLACES = ['files', 'communities', 'network', 'settings'] as const
export type Place = (typeof PLACES)[number]

/** What lies at the side of a community. */
export const PANELS = ['about', 'archives', 'publish', 'import', 'keys', 'share'] as const
export type Panel = (typeof PANELS)[number]

/** A moment or message to open a channel at. */
export interface Focus {
  readonly messageId?: MessageId
  readonly atMs?: number
}

/** A community, and where in it. */
export interface CommunityRoute {
  readonly id: CommunityId
  readonly channelId?: ChannelId | undefined
  readonly focus?: Focus | undefined
  readonly panel?: Panel | undefined
}

export interface Route {
  readonly place: Place
  /** The chosen dataset; only in `files`. */
  readonly cid?: string | undefined
  /** The chosen community; only in `communities`. */
  readonly community?: CommunityRoute | undefined
}

/** A manifest CID is 52 characters of base58btc; the node checks what is found here. */
const CID_PATTERN = /(?<![A-Za-z0-9])z[1-9A-HJ-NP-Za-km-z]{40,80}(?![A-Za-z0-9])/
const COMMUNITY_PATTERN = /(?<![A-Za-z0-9])0x0[23][0-9a-f]{64}(?![A-Za-z0-9])/i
/** Links that were opened outside a browser; the system encodes them into the address that the manifest names. */
const SYSTEM_LINK = /^web(?:\+|%2b)codex(?::|%3a)/iu
const UUID_PATTERN = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** The beginning of an id is what a published search index gives. */
const MESSAGE_PATTERN = /^0x(?:[0-9a-f]{8}|[0-9a-f]{64})$/i

/** The first thing in a text that looks like a CID. */
export function findCid(text: string): string | undefined {
  return CID_PATTERN.exec(text)?.[0]
}

/** The first thing in a text that looks like a community’s id. */
export function findCommunityId(text: string): CommunityId | undefined {
  return COMMUNITY_PATTERN.exec(text)?.[0].toLowerCase()
}

/** Whether what a fragment holds was meant for the communities, be it whole or damaged. */
export function isCommunityPath(path: string): boolean {
  return path.startsWith('c/')
}

/** The id of a share, where a fragment names one. */
export function sharedIdIn(path: string): string | undefined {
  return /^shared\/([\w-]{1,64})$/u.exec(path)?.[1]
}

/** The place that a fragment names; anything unknown leads to the files. */
export function routeOf(hash: string): Route {
  const path = pathOf(hash)
  if (path === 'network' || path === 'settings' || path === 'communities') return { place: path }
  if (isCommunityPath(path)) return communityRouteOf(path)
  const cid = findCid(path)
  return cid === undefined ? { place: 'files' } : { place: 'files', cid }
}

/** What a fragment holds that names no place: a share link, whole or damaged on its way; the node says which. */
export function linkIn(hash: string): string | undefined {
  const path = pathOf(hash)
  if (isCommunityPath(path)) return path
  return path === '' || routeOf(hash).place !== 'files' ? undefined : path
}

/** The inverse of `routeOf`. */
export function hashOf({ place, cid, community }: Route): string {
  if (place === 'communities' && community !== undefined) return communityHashOf(community)
  if (place !== 'files') return `#/${place}`
  return cid === undefined ? '#/' : `#/${cid}`
}

/** The page’s address without its fragment: what a share link starts with. */
export function baseOf(href: string): string {
  const hash = href.indexOf('#')
  return hash === -1 ? href : href.slice(0, hash)
}

function pathOf(hash: string): string {
  const path = hash.replace(/^#?\/?/, '')
  if (!SYSTEM_LINK.test(path)) return path
  return decoded(path).replace(/^web\+codex:\/*/iu, '')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // What is damaged on its way is told by whoever reads it.
    return text
  }
}

function communityRouteOf(path: string): Route {
  const [place = '', query = ''] = path.split('?', 2)
  const [, given = '', uuid = ''] = place.split('/')
  const id = findCommunityId(given)
  if (id === undefined || id.length !== given.length) return { place: 'communities' }
  const values = new URLSearchParams(query)
  const channelId = UUID_PATTERN.test(uuid) ? id + uuid.toLowerCase() : undefined
  const focus = focusOf(values)
  const panel = PANELS.find((name) => name === values.get('panel'))
  const parts = { ...(channelId && { channelId }), ...(focus && { focus }), ...(panel && { panel }) }
  return { place: 'communities', community: { id, ...parts } }
}

function focusOf(values: URLSearchParams): Focus | undefined {
  const message = values.get('m') ?? ''
  const atMs = Number(values.get('t') ?? Number.NaN)
  const hasMoment = Number.isSafeInteger(atMs) && atMs > 0
  if (!MESSAGE_PATTERN.test(message)) return hasMoment ? { atMs } : undefined
  return { messageId: message.toLowerCase(), ...(hasMoment ? { atMs } : {}) }
}

function communityHashOf({ id, channelId, focus, panel }: CommunityRoute): string {
  const values = [
    ...(focus?.messageId === undefined ? [] : [`m=${focus.messageId}`]),
    ...(focus?.atMs === undefined ? [] : [`t=${focus.atMs}`]),
    ...(panel === undefined ? [] : [`panel=${panel}`]),
  ]
  const channel = channelId === undefined ? '' : `/${channelId.slice(id.length)}`
  return `#/c/${id}${channel}${values.length === 0 ? '' : `?${values.join('&')}`}`
}
