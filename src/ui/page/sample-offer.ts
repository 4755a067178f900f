/** The community that the page’s server offers to who follows none: `/sample.json`, which keepers answer. */
import type { CommunityId } from '../../rpc/history-api.ts'
import { findCommunityId } from '../state/route.ts'

export interface SampleOffer {
  readonly community: CommunityId
  readonly name: string
  /** How much there is to read. */
  readonly messages: number
  readonly weeks: number
}

const PATH = '/sample.json'
const TIMEOUT_MS = 8_000
const MAX_CHARACTERS = 4_096
const MAX_NAME_CHARACTERS = 100

/** Undefined where the server has none: another kind of server may answer with its start page, or not at all. */
export async function readSample(
  fetch: (path: string, init: { signal: AbortSignal; cache: 'no-store' }) => Promise<Response>,
  signal: AbortSignal,
): Promise<SampleOffer | undefined> {
  try {
    const signals = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
    const response = await fetch(PATH, { signal: signals, cache: 'no-store' })
    if (!response.ok) return undefined
    const text = await response.text()
    return text.length > MAX_CHARACTERS ? undefined : parseOffer(JSON.parse(text))
  } catch {
    // The page does without an offer, and nobody asked for it.
    return undefined
  }
}

function parseOffer(value: unknown): SampleOffer | undefined {
  const sample = fieldOf(value, 'sample')
  const [id, name] = [fieldOf(sample, 'community'), fieldOf(sample, 'name')]
  const [messages, weeks] = [fieldOf(sample, 'messages'), fieldOf(sample, 'weeks')]
  const community = typeof id === 'string' ? findCommunityId(id) : undefined
  if (community === undefined || typeof name !== 'string' || name.length > MAX_NAME_CHARACTERS) return undefined
  return isCount(messages) && isCount(weeks) ? { community, name, messages, weeks } : undefined
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}
