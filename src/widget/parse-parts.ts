/** Values from the other side of a frame, looked at before they are used: of the right kind, bounded, and copied. */
import { RIGHTS, DECISIONS, WIDGET_THEMES } from './protocol.ts'
import type { Appearance, Rights, WidgetView } from './protocol.ts'

const CID_PATTERN = /^z[1-9A-HJ-NP-Za-km-z]{40,80}$/
const COMMUNITY_PATTERN = /^0x0[23][0-9a-f]{64}$/i
const CHANNEL_PATTERN = /^0x0[23][0-9a-f]{64}[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** The beginning of an id is what a published search index gives. */
const MESSAGE_PATTERN = /^0x(?:[0-9a-f]{8}|[0-9a-f]{64})$/i
const ADDRESS_PATTERN = /^\/[\u0021-\u002b\u002d-\u007e]{1,511}$/
const LOCALE_PATTERN = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}$/
const MAX_ADDRESSES = 8
const MAX_AT_SECONDS = 1_000_000

/** The value of a field, whatever it is; undefined where `value` is no object or has none. */
export function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

export function oneOf<T extends string>(names: readonly T[], value: unknown): T | undefined {
  return names.find((name) => name === value)
}

/** At most `maxCharacters` of a text; undefined for anything else. */
export function textOf(value: unknown, maxCharacters: number): string | undefined {
  return typeof value === 'string' ? value.slice(0, maxCharacters) : undefined
}

export function countOf(value: unknown, max = Number.MAX_SAFE_INTEGER): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= max ? value : undefined
}

/** Whether nobody on the way can change what comes from there: it is encrypted, or of this device. */
export function isSecure({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:') return true
  const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '127.0.0.1'
  return protocol === 'http:' && (isLocal || hostname === '[::1]')
}

export function parseAppearance(value: unknown): Appearance {
  const theme = oneOf(WIDGET_THEMES, fieldOf(value, 'theme'))
  const locale = fieldOf(value, 'locale')
  return {
    ...(theme === undefined ? {} : { theme }),
    ...(typeof locale === 'string' && LOCALE_PATTERN.test(locale) ? { locale } : {}),
  }
}

/** Undefined where it names nothing that can be shown; parts that are not well-formed are left out. */
export function parseView(value: unknown): WidgetView | undefined {
  const kind = fieldOf(value, 'kind')
  if (kind === 'drop') return { kind }
  const given = fieldOf(value, 'addresses')
  const addresses = findAddresses(Array.isArray(given) ? given : [])
  const found = addresses.length === 0 ? {} : { addresses }
  if (kind === 'file') {
    const cid = matching(CID_PATTERN, fieldOf(value, 'cid'))
    const atSeconds = countOf(fieldOf(value, 'atSeconds'), MAX_AT_SECONDS)
    return cid === undefined ? undefined : { kind, cid, ...found, ...(atSeconds === undefined ? {} : { atSeconds }) }
  }
  if (kind !== 'community') return undefined
  const id = matching(COMMUNITY_PATTERN, fieldOf(value, 'id'))?.toLowerCase()
  if (id === undefined) return undefined
  const channelId = matching(CHANNEL_PATTERN, fieldOf(value, 'channelId'))?.toLowerCase()
  const messageId = matching(MESSAGE_PATTERN, fieldOf(value, 'messageId'))?.toLowerCase()
  const atMs = countOf(fieldOf(value, 'atMs'))
  return {
    kind,
    id,
    ...(channelId?.startsWith(id) === true ? { channelId } : {}),
    ...(messageId === undefined ? {} : { messageId }),
    ...(atMs === undefined ? {} : { atMs }),
    ...found,
  }
}

/** Those that can be multiaddrs, each once, at most eight; several may stand in one text, parted by commas. */
export function findAddresses(texts: readonly unknown[]): string[] {
  const pieces = texts.slice(0, MAX_ADDRESSES).flatMap((text) => (typeof text === 'string' ? text.split(',') : []))
  return [...new Set(pieces.filter((piece) => ADDRESS_PATTERN.test(piece)))].slice(0, MAX_ADDRESSES)
}

export function parseRights(value: unknown): Rights | undefined {
  const decisions = RIGHTS.map((right) => oneOf(DECISIONS, fieldOf(value, right)))
  const [read, upload, publish] = decisions
  return read === undefined || upload === undefined || publish === undefined ? undefined : { read, upload, publish }
}

function matching(pattern: RegExp, value: unknown): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : undefined
}
