/**
 * What the widget shows, as the fragment of its address:
 *
 *   #/file/<cid>[?maddrs=…&at=<seconds>] · #/community/<id>[/<channel uuid>][?m=<message id>&t=<ms>&maddrs=…] · #/drop
 *
 * To each may come theme=dark, lang=de-CH and nonce=<32 hex digits>, which says that a host page will speak to the widget.
 */
import { findAddresses, parseAppearance, parseView } from './parse-parts.ts'
import type { Appearance, WidgetView } from './protocol.ts'

export interface WidgetAddress extends Appearance {
  /** Undefined where the fragment names nothing that can be shown. */
  readonly view: WidgetView | undefined
  /** Undefined for an iframe without a host that speaks to it. */
  readonly nonce: string | undefined
}

const MAX_FRAGMENT_CHARACTERS = 16_384
const NONCE_PATTERN = /^[0-9a-f]{32}$/
/** A channel’s id is its community’s with a UUID behind it. */
const COMMUNITY_ID_CHARACTERS = 68

/** 32 hex digits that nobody can guess. */
export function makeNonce(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function readAddress(hash: string): WidgetAddress {
  const [path = '', query = ''] = hash
    .slice(0, MAX_FRAGMENT_CHARACTERS)
    .replace(/^#?\/?/, '')
    .split('?', 2)
  const values = new URLSearchParams(query)
  const nonce = values.get('nonce') ?? ''
  return {
    ...parseAppearance({ theme: values.get('theme'), locale: values.get('lang') }),
    view: viewOf(path, values),
    nonce: NONCE_PATTERN.test(nonce) ? nonce : undefined,
  }
}

/** The inverse of `readAddress`. */
export function writeAddress({ view, nonce, theme, locale }: WidgetAddress): string {
  const values: [string, string | number | undefined][] = [
    ...(view === undefined ? [] : valuesOf(view)),
    ['theme', theme],
    ['lang', locale],
    ['nonce', nonce],
  ]
  const query = values.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${encode(String(value))}`]))
  return `#/${view === undefined ? '' : pathOf(view)}${query.length === 0 ? '' : `?${query.join('&')}`}`
}

/** The fragment that shows the same in Quire’s own page; nothing for what it has no place for. */
export function appHashOf(view: WidgetView): string {
  if (view.kind === 'drop') return '#/'
  const values = valuesOf(view).filter(([key, value]) => key !== 'at' && value !== undefined)
  const query = values.map(([key, value]) => `${key}=${encode(String(value))}`).join('&')
  const path = view.kind === 'file' ? view.cid : `c/${communityPath(view)}`
  return `#/${path}${query === '' ? '' : `?${query}`}`
}

/** What the node is asked for: the CID, with the addresses at which it may be found. */
export function linkOf({ cid, addresses = [] }: Extract<WidgetView, { kind: 'file' }>): string {
  return appHashOf({ kind: 'file', cid, addresses }).slice('#/'.length)
}

function viewOf(path: string, values: URLSearchParams): WidgetView | undefined {
  const [kind = '', id = '', uuid = ''] = path.split('/')
  const addresses = findAddresses(values.getAll('maddrs'))
  if (kind === 'file') return parseView({ kind, cid: id, addresses, atSeconds: numberOf(values.get('at')) })
  if (kind === 'drop') return { kind }
  if (kind !== 'community') return undefined
  const channelId = uuid === '' ? undefined : id + uuid
  const messageId = values.get('m') ?? undefined
  return parseView({ kind, id, channelId, messageId, atMs: numberOf(values.get('t')), addresses })
}

function pathOf(view: WidgetView): string {
  if (view.kind === 'drop') return 'drop'
  return view.kind === 'file' ? `file/${view.cid}` : `community/${communityPath(view)}`
}

function communityPath({ id, channelId }: Extract<WidgetView, { kind: 'community' }>): string {
  return channelId === undefined ? id : `${id}/${channelId.slice(COMMUNITY_ID_CHARACTERS)}`
}

function valuesOf(view: WidgetView): [string, string | number | undefined][] {
  if (view.kind === 'drop') return []
  const addresses: [string, string | undefined] = ['maddrs', joined(view.addresses)]
  if (view.kind === 'file') return [['at', view.atSeconds], addresses]
  return [['m', view.messageId], ['t', view.atMs], addresses]
}

function joined(addresses: readonly string[] = []): string | undefined {
  return addresses.length === 0 ? undefined : addresses.join(',')
}

/** “/”, “:” and “,” may stand in a fragment as they are. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%2C', ',')
}

function numberOf(text: string | null): number | undefined {
  return text === null ? undefined : Number(text)
}
