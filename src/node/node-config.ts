/** Where this page’s keepers are: `/quire.json`, or what it said last. */
import { QuireError } from '../errors.ts'
import { parseAddress } from '../network/addresses.ts'
import type { SettingsStore } from '../store/settings-store.ts'
import type { NetworkLog } from './node-parts.ts'

export interface NodeConfig {
  /** Multiaddrs, with the peer id at the end. */
  readonly keepers: readonly string[]
  /** E.g. `stun:stun.example.org:3478`. */
  readonly stunServers: readonly string[]
  /** Servers that carry content where no direct way exists; none unless the operator named some. */
  readonly turnServers: readonly TurnServer[]
}

export interface TurnServer {
  /** E.g. `turn:turn.example.org:3478?transport=udp`. */
  readonly url: string
  readonly username: string
  readonly credential: string
}

export interface LoadConfigComponents {
  readonly settings: Pick<SettingsStore, 'get' | 'set'>
  readonly fetch: (url: string, init: { signal: AbortSignal; cache: 'no-store' }) => Promise<Response>
  readonly log: NetworkLog
}

export interface LoadConfigInit {
  readonly url: string
  readonly retryPauseMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

const SETTING = 'config'
/** With an older answer at hand nobody waits long for a newer one: the node starts, and uses the newer one next time. */
const KNOWN_TIMEOUT_MS = 2_000
const UNKNOWN_TIMEOUT_MS = 8_000
/** Without any answer the node would be cut off until the next reload, so a keeper that restarts is given some time. */
const ATTEMPTS = 3
const RETRY_PAUSE_MS = 1_000
const MAX_ENTRIES = 16
const MAX_ENTRY_CHARACTERS = 512

export const EMPTY_CONFIG: NodeConfig = { keepers: [], stunServers: [], turnServers: [] }

/** Never fails but for an abort: a page that loaded must start its node with the keeper down, or where there is none. */
export async function loadConfig(components: LoadConfigComponents, init: LoadConfigInit): Promise<NodeConfig> {
  const { log } = components
  const known = await readKnown(components)
  const attempts = known === undefined ? ATTEMPTS : 1
  for (let attempt = 1; attempt <= attempts; attempt++) {
    init.signal?.throwIfAborted()
    try {
      const timeoutMs = known === undefined ? UNKNOWN_TIMEOUT_MS : KNOWN_TIMEOUT_MS
      const config = await readConfig(components, { ...init, timeoutMs })
      if (config === undefined) break
      return config
    } catch (error) {
      init.signal?.throwIfAborted()
      log('warn', 'the list of keepers could not be loaded', { url: init.url, attempt, error })
      if (attempt < attempts) await pause(init.retryPauseMs ?? RETRY_PAUSE_MS)
    }
  }
  return known ?? EMPTY_CONFIG
}

/**
 * What the server says now, which is kept for the next start.
 *
 * Undefined where it has none: a plain web server has no keeper, and may answer with its start page. Throws where
 * another try may help.
 */
export async function readConfig(
  { settings, fetch, log }: LoadConfigComponents,
  { url, signal, timeoutMs = UNKNOWN_TIMEOUT_MS }: LoadConfigInit & { readonly timeoutMs?: number },
): Promise<NodeConfig | undefined> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const signals = signal === undefined ? timeout : AbortSignal.any([timeout, signal])
  const response = await fetch(url, { signal: signals, cache: 'no-store' })
  if (response.status === 404) return undefined
  if (!response.ok) throw new QuireError('ERR_KEEPER_UNREACHABLE', `The keeper answered ${response.status}.`)
  const config = parsed(await response.text(), (error) =>
    log('warn', 'the answer is no list of keepers', { url, error }),
  )
  if (config !== undefined) await settings.set(SETTING, new TextEncoder().encode(JSON.stringify(config)))
  return config
}

async function readKnown({ settings, log }: LoadConfigComponents): Promise<NodeConfig | undefined> {
  const bytes = await settings.get(SETTING)
  if (bytes === undefined) return undefined
  return parsed(new TextDecoder().decode(bytes), (error) => {
    log('warn', 'the stored list of keepers could not be read', { error })
  })
}

function parsed(text: string, onError: (error: unknown) => void): NodeConfig | undefined {
  try {
    return parseConfig(text)
  } catch (error) {
    onError(error)
    return undefined
  }
}

/** Throws where the text is no JSON object; entries of a wrong kind are left out. */
function parseConfig(text: string): NodeConfig {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw new SyntaxError('The list of keepers is no JSON object.')
  const listOf = (key: string): unknown[] => {
    const list: unknown = Reflect.get(value, key)
    return Array.isArray(list) ? list : []
  }
  const entriesOf = (key: string): string[] => listOf(key).filter(isEntry)
  // An address that is none would stop the network; the others are worth having.
  const keepers = entriesOf('keepers').filter((address) => parseAddress(address) !== undefined)
  return {
    keepers: keepers.slice(0, MAX_ENTRIES),
    // A text that is no such URL would make every peer connection fail, not only this server.
    stunServers: entriesOf('stunServers').filter(isStunUrl).slice(0, MAX_ENTRIES),
    turnServers: listOf('turnServers').flatMap(turnServerOf).slice(0, MAX_ENTRIES),
  }
}

function turnServerOf(entry: unknown): TurnServer[] {
  if (typeof entry !== 'object' || entry === null) return []
  const { url, username, credential } = entry as Record<string, unknown>
  const isComplete = isEntry(url) && isTurnUrl(url) && isEntry(username) && isEntry(credential)
  return isComplete ? [{ url, username, credential }] : []
}

/** True for the URL of a STUN server, as browsers take it. Source: RFC 7064. */
export function isStunUrl(text: string): boolean {
  return /^stuns?:(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i.test(text)
}

/** True for the URL of a TURN server. Source: RFC 7065. */
export function isTurnUrl(text: string): boolean {
  return /^turns?:(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?(\?transport=(udp|tcp))?$/i.test(text)
}

function isEntry(entry: unknown): entry is string {
  return typeof entry === 'string' && entry !== '' && entry.length <= MAX_ENTRY_CHARACTERS
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
