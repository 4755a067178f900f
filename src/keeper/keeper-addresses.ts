/** Which addresses of the keeper a browser is told to dial. */
import { isIP } from 'node:net'
import { parseAddress } from '../network/addresses.ts'

/** The `host[:port]` of a `Host` header, checked: it goes back out in an answer. */
export interface RequestHost {
  /** A name in lower case, or an IP address without brackets. */
  readonly name: string
  readonly port: number
  readonly isSecure: boolean
}

const HOST_PATTERN = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9](?:[a-z0-9.-]{0,252})))(?::([0-9]{1,5}))?$/i
const MAX_PORT = 65_535

/**
 * The host that a request was made to; undefined for a header that names none.
 *
 * `forwardedProto` is what a reverse proxy says the browser used (“https”); a browser that lies gets its own lie back.
 */
export function parseRequestHost(header: string | undefined, forwardedProto?: string): RequestHost | undefined {
  const match = HOST_PATTERN.exec(header ?? '')
  if (match === null) return undefined
  const isSecure = forwardedProto?.split(',')[0]?.trim().toLowerCase() === 'https'
  const name = (match[1] ?? match[2] ?? '').toLowerCase()
  const port = match[3] === undefined ? (isSecure ? 443 : 80) : Number(match[3])
  if (port > MAX_PORT || (match[1] !== undefined && isIP(name) !== 6)) return undefined
  return { name, port, isSecure }
}

/**
 * The address under which the browser that sent the request reaches this keeper by WebSocket.
 *
 * “localhost” becomes 127.0.0.1: names with several addresses are tried one after the other, and the keeper listens on
 * the IPv4 loopback unless told otherwise.
 */
export function webSocketAddress(host: RequestHost, peerId: string): string {
  const { name, port, isSecure } = host
  return `${hostPart(name)}/tcp/${port}${isSecure ? '/tls/ws' : '/ws'}/p2p/${peerId}`
}

function hostPart(name: string): string {
  if (name === 'localhost') return '/ip4/127.0.0.1'
  const family = isIP(name)
  if (family === 0) return `/dns/${name}`
  return family === 4 ? `/ip4/${name}` : `/ip6/${name}`
}

/** True for a text that is a multiaddr. */
export function isMultiaddr(text: string): boolean {
  return parseAddress(text) !== undefined
}

/** True for a multiaddr that a browser can dial: WebSocket, WebTransport, or WebRTC without a relay. */
export function isBrowserAddress(address: string): boolean {
  return /\/(wss?|webtransport|webrtc-direct)(\/|$)/.test(address) && !address.includes('/p2p-circuit')
}

/** True for a multiaddr that a native node can dial: TCP at an IP address, since native nodes resolve no names. */
export function isNativeAddress(address: string): boolean {
  return /^\/ip[46]\/[^/]+\/tcp\/\d+(\/p2p\/[^/]+)?$/.test(address)
}

/** `address` with `/p2p/<peerId>` at its end. */
export function withPeerId(address: string, peerId: string): string {
  return address.includes('/p2p/') ? address : `${address.replace(/\/$/, '')}/p2p/${peerId}`
}

/**
 * True for a `Host` that cannot be the work of DNS rebinding: an IP address, the loopback’s name, or a name that the
 * operator announced.
 */
export function isOwnHost(host: RequestHost, announced: readonly string[]): boolean {
  if (host.name === 'localhost' || isIP(host.name) !== 0) return true
  return announced.some(
    (address) => address.split('/')[1]?.startsWith('dns') === true && address.split('/')[2] === host.name,
  )
}

/** The URL of a web server that listens on `host` (an IP address), as a person on its machine opens it. */
export function pageUrl(host: string, port: number): string {
  return `http://${LOCAL_NAMES.get(host) ?? (isIP(host) === 6 ? `[${host}]` : host)}:${port}`
}

const LOCAL_NAMES = new Map([
  ['127.0.0.1', 'localhost'],
  ['0.0.0.0', 'localhost'],
  ['::', '[::1]'],
])
