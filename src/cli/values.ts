/** Values of options, as a person writes them. Each throws commander’s `InvalidArgumentError` with what is allowed. */
import { InvalidArgumentError } from 'commander'
import { parseCommunityId } from '../keeper/history/parse-community.ts'
import type { TurnOption } from '../keeper/ice-servers.ts'
import { isMultiaddr } from '../keeper/keeper-addresses.ts'
import { isStunUrl, isTurnUrl } from '../node/node-config.ts'

type CommunityId = NonNullable<ReturnType<typeof parseCommunityId>>

const MAX_PORT = 65_535
const SIZE = /^(\d+(?:\.\d+)?)\s*(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)?$/
const SIZE_UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}
const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/
const DURATION_UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
/** The longest that a timer takes. */
const MAX_DURATION_MS = 2 ** 31 - 1

export function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= MAX_PORT) return port
  throw new InvalidArgumentError('A port is a whole number from 0 (any free one) to 65535.')
}

/** A port that has a next one, or 0 for any free ones. */
export function parseFirstPort(text: string): number {
  const port = parsePort(text)
  if (port < MAX_PORT) return port
  throw new InvalidArgumentError('This port and the next one are used, so it is at most 65534.')
}

export function parseCount(text: string): number {
  const count = Number(text)
  if (/^\d{1,9}$/.test(text) && count > 0) return count
  throw new InvalidArgumentError('This must be a whole number, 1 or more.')
}

/** Bytes: “512MiB”, “20GB”, “4096”. */
export function parseSizeBytes(text: string): number {
  const [, amount, unit = 'B'] = SIZE.exec(text) ?? []
  const sizeBytes = Math.round(Number(amount) * (SIZE_UNITS[unit] ?? Number.NaN))
  if (Number.isSafeInteger(sizeBytes) && sizeBytes > 0) return sizeBytes
  throw new InvalidArgumentError('A size is a number with a unit, like 512MiB or 20GB.')
}

/** Milliseconds: “30s”, “2m”, “500ms”. */
export function parseDurationMs(text: string): number {
  const [, amount, unit = ''] = DURATION.exec(text) ?? []
  const durationMs = Math.round(Number(amount) * (DURATION_UNITS_MS[unit] ?? Number.NaN))
  if (durationMs > 0 && durationMs <= MAX_DURATION_MS) return durationMs
  throw new InvalidArgumentError('A duration is a number with a unit, like 30s or 2m.')
}

/** One multiaddr, or several with commas between them; adds to those given before. */
export function parseMultiaddrs(text: string, previous: readonly string[] | undefined): readonly string[] {
  const addresses = splitList(text)
  if (!addresses.every(isMultiaddr)) {
    throw new InvalidArgumentError('A multiaddr looks like /dns4/keeper.example/tcp/443/tls/ws.')
  }
  return [...(previous ?? []), ...addresses]
}

/** One community’s id, or several with commas between them; adds to those given before. */
export function parseCommunities(text: string, previous: readonly CommunityId[] | undefined): readonly CommunityId[] {
  const ids = splitList(text).map(parseCommunityId)
  if (ids.every((id) => id !== undefined)) return [...(previous ?? []), ...ids]
  throw new InvalidArgumentError('A community’s id is 0x02 or 0x03 and 64 more hex digits.')
}

/** A whole number, 0 or more. */
export function parseCountOrNone(text: string): number {
  return text === '0' ? 0 : parseCount(text)
}

/** One STUN server, or several with commas between them; adds to those given before. */
export function parseStunServers(text: string, previous: readonly string[] | undefined): readonly string[] {
  const servers = splitList(text)
  if (servers.every(isStunUrl)) return [...(previous ?? []), ...servers]
  throw new InvalidArgumentError('A STUN server looks like stun:stun.example.org:3478.')
}

/** One TURN server, “url” or “url,user,credential”; adds to those given before. */
export function parseTurnServer(text: string, previous: readonly TurnOption[] | undefined): readonly TurnOption[] {
  const [url = '', username = '', ...rest] = text.trim().split(',')
  // What follows the second comma is the credential, whatever is in it.
  const credential = rest.join(',')
  if (isTurnUrl(url) && (username === '') === (credential === '')) {
    return [...(previous ?? []), { url, ...(username === '' ? {} : { credentials: { username, credential } }) }]
  }
  throw new InvalidArgumentError('A TURN server looks like turn:turn.example.org:3478, or turn:…,user,credential.')
}

/** A base URL without a slash at its end. */
export function parseHttpUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '')
  throw new InvalidArgumentError('The address of a keeper looks like http://localhost:9410.')
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
