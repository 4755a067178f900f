/**
 * What the site that serves the widget lets host pages do, by their origin: `widget-hosts.json` beside `widget.html`.
 *
 *   { "https://blog.example": { "upload": "allowed" }, "https://*.example.org": {…}, "*": { "read": "allowed", … } }
 *
 * The row of the origin counts, else that of the longest “*.” that it ends with, else “*”; what a row leaves out is denied.
 */
import { DECISIONS, RIGHTS } from './protocol.ts'
import { fieldOf, isSecure, oneOf } from './parse-parts.ts'
import type { Decision, Right, Rights } from './protocol.ts'

export type HostPolicy = ReadonlyMap<string, Rights>

const MAX_CHARACTERS = 65_536
const MAX_ROWS = 1_000
const TIMEOUT_MS = 8_000

const ALL_DENIED: Rights = { read: 'denied', upload: 'denied', publish: 'denied' }
/** Where the site says nothing: what changes something is asked of the person. */
const DEFAULT_POLICY: HostPolicy = new Map([['*', { read: 'allowed', upload: 'asked', publish: 'asked' }]])
/** Where the site said something that cannot be read, it meant to restrict. */
const CLOSED_POLICY: HostPolicy = new Map()

/** `fetch` of the widget’s folder. A site without the file has the default; one whose file is damaged allows nothing. */
export async function readHostPolicy(fetch: () => Promise<Response>): Promise<HostPolicy> {
  try {
    const response = await Promise.race([fetch(), timeout()])
    const isJson = response.headers.get('content-type')?.includes('json') === true
    // Hosts of one page answer with it where there is no such file.
    if (response.status === 404 || (response.ok && !isJson)) return DEFAULT_POLICY
    if (!response.ok) return CLOSED_POLICY
    const text = await response.text()
    return text.length > MAX_CHARACTERS ? CLOSED_POLICY : parseHostPolicy(JSON.parse(text))
  } catch {
    return CLOSED_POLICY
  }
}

export function parseHostPolicy(value: unknown): HostPolicy {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return CLOSED_POLICY
  const rows = Object.entries(value).slice(0, MAX_ROWS)
  return new Map(rows.map(([origin, row]) => [origin.toLowerCase(), parseRow(row)]))
}

/** What the site says of a host page; undefined as origin stands for an iframe without a host that speaks to it. */
export function policyFor(policy: HostPolicy, origin: string | undefined): Rights {
  const rights = policy.get(origin ?? 'null') ?? wildcardRow(policy, origin) ?? policy.get('*') ?? ALL_DENIED
  // Whoever can change a page on its way, or has no origin, is nobody to whom an answer could be kept.
  return origin === undefined || isNamed(origin) ? rights : { ...ALL_DENIED, read: rights.read }
}

/** Whether an origin says reliably who it is. */
export function isNamed(origin: string): boolean {
  return URL.canParse(origin) && isSecure(new URL(origin))
}

function wildcardRow(policy: HostPolicy, origin: string | undefined): Rights | undefined {
  const [scheme, host] = origin?.split('://') ?? []
  if (scheme === undefined || host === undefined) return undefined
  const parts = host.split('.')
  for (let from = 1; from < parts.length; from++) {
    const row = policy.get(`${scheme}://*.${parts.slice(from).join('.')}`)
    if (row !== undefined) return row
  }
  return undefined
}

function parseRow(row: unknown): Rights {
  const decide = (right: Right): Decision => oneOf(DECISIONS, fieldOf(row, right)) ?? 'denied'
  const [read, upload, publish] = RIGHTS.map(decide)
  return { read: read ?? 'denied', upload: upload ?? 'denied', publish: publish ?? 'denied' }
}

function timeout(): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new DOMException('The site does not answer.', 'TimeoutError')), TIMEOUT_MS)
  })
}
