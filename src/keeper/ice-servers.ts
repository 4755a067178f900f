/** Which STUN and TURN servers a page is told to use, so that browsers find a direct way to each other. */
import { createHmac } from 'node:crypto'
import { isIP } from 'node:net'
import type { TurnServer } from '../node/node-config.ts'
import type { RequestHost } from './keeper-addresses.ts'

/** A TURN server as the operator names it: with fixed credentials, or with a secret that makes some for each page. */
export interface TurnOption {
  readonly url: string
  readonly credentials?: { readonly username: string; readonly credential: string } | undefined
}

// A page keeps what it was told at its start, and some stay open for days. Whoever can load the page can have new ones
// anyway, so a short life would protect little.
const TURN_LIFE_SECONDS = 7 * 24 * 60 * 60
/** Each one is asked by each peer connection; IPv4 and IPv6 are worth it. */
const MAX_STUN_HOSTS = 2

/**
 * URLs of this keeper’s own STUN server, one for each host and port.
 *
 * The host is one that the operator announced, IP addresses first (a name may lead to a proxy that carries no UDP), or else
 * the one under which the page was loaded.
 */
export function ownStunServers(
  ports: readonly number[],
  host: RequestHost,
  announced: readonly string[],
): readonly string[] {
  const named = announced.map(hostOf).filter((name) => name !== undefined)
  const addresses = named.filter((name) => isIP(name) !== 0)
  const [pageHost] = [host.name === 'localhost' ? '127.0.0.1' : host.name]
  const hosts = addresses.length > 0 ? addresses : named.length > 0 ? named : [pageHost]
  const distinct = [...new Set(hosts)].slice(0, MAX_STUN_HOSTS)
  return distinct.flatMap((name) => ports.map((port) => `stun:${isIP(name) === 6 ? `[${name}]` : name}:${port}`))
}

/**
 * TURN servers with credentials for one page.
 *
 * Those without fixed ones get a user name that ends and its HMAC, as coturn’s `use-auth-secret` checks them.
 * Source: draft-uberti-behave-turn-rest-00.
 */
export function turnServers(
  options: readonly TurnOption[],
  secret: string | undefined,
  nowMs: number,
): readonly TurnServer[] {
  const username = `${Math.floor(nowMs / 1000) + TURN_LIFE_SECONDS}:quire`
  return options.flatMap(({ url, credentials }) => {
    if (credentials !== undefined) return [{ url, ...credentials }]
    if (secret === undefined) return []
    return [{ url, username, credential: createHmac('sha1', secret).update(username).digest('base64') }]
  })
}

function hostOf(address: string): string | undefined {
  const [, protocol = '', host] = address.split('/')
  return /^(ip4|ip6|dns|dns4|dns6)$/.test(protocol) ? host : undefined
}
