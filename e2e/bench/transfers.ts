import type { ContestantPage } from './contestant-page.ts'
import type { Lab } from './lab.ts'
import { MB } from './measure.ts'
import type { FetchOptions, FetchResult, SeededContent } from './pages/contestant.ts'

export interface SourceInit {
  readonly contestant: string
  readonly content: SeededContent
  readonly isFar?: boolean
  /** How many browsers offer the same content; more than one for Quire only. */
  readonly count?: number
}

/** Pages that offer the same content, and the text by which all of them are found. */
export interface Sources {
  readonly init: SourceInit
  readonly ticket: string
  readonly pages: readonly ContestantPage[]
}

/** Opens the offering pages, each in a browser of its own, and lets them offer. */
export async function offerFrom(lab: Lab, init: SourceInit): Promise<Sources> {
  const { contestant, content, isFar = false, count = 1 } = init
  const pages: ContestantPage[] = []
  const tickets: string[] = []
  for (let i = 0; i < count; i++) {
    const page = await lab.open({ browser: sourceOf(init, i), contestant, isFar })
    tickets.push(await page.offer(content))
    pages.push(page)
  }
  return { init, ticket: joinTickets(tickets), pages }
}

/** Sources by name. Each is opened when it is asked for first, so that one that cannot offer fails alone. */
export function offersOf<N extends string>(lab: Lab, initOf: (name: N) => SourceInit): (name: N) => Promise<Sources> {
  const known = new Map<N, Promise<Sources>>()
  return (name) => {
    const sources = known.get(name) ?? offerFrom(lab, initOf(name))
    known.set(name, sources)
    return sources
  }
}

export interface FetchRun extends FetchOptions {
  /** Called with the open page before the fetch. */
  readonly before?: (page: ContestantPage) => Promise<unknown>
  /** Called when it is over, before the page forgets what it has. */
  readonly after?: () => Promise<unknown>
}

/** One fetch by a new page in a browser that this contestant keeps for its fetches; the hash is checked. */
export async function fetchFrom(
  lab: Lab,
  sources: Sources,
  { before, after, ...options }: FetchRun = {},
): Promise<FetchResult> {
  const { contestant, content, isFar = false } = sources.init
  // What it has of the content would make the next fetch a shorter one.
  const discard = (): Promise<void> => lab.discard(askerOf(contestant), { isFar })
  try {
    const page = await lab.open({ browser: askerOf(contestant), contestant, isFar })
    await before?.(page)
    const result = await page.fetch(sources.ticket, content, options)
    await after?.()
    await page.close().catch(discard)
    return result
  } catch (error) {
    await discard()
    throw error
  }
}

/** The browser of one of the sources. */
export function sourceOf({ contestant, content }: SourceInit, place: number): string {
  return `source ${place} of ${contestant} ${content.seed}`
}

/** The browser in which a contestant’s fetches run. */
export function askerOf(contestant: string): string {
  return `asker of ${contestant}`
}

/** MB (10⁶) a second from the call to the end, connecting included. */
export function rateOf({ sizeBytes, elapsedMs }: FetchResult): number {
  return sizeBytes / MB / (elapsedMs / 1000)
}

/** MB (10⁶) a second once content flows; for far sources, where connecting takes longer than some transfers. */
export function flowOf({ sizeBytes, elapsedMs, firstByteMs }: FetchResult): number {
  return sizeBytes / MB / ((elapsedMs - firstByteMs) / 1000)
}

/** Quire’s links of the same content differ only in the addresses at their end. */
function joinTickets(tickets: readonly string[]): string {
  const [first, ...others] = tickets
  if (first === undefined) throw new Error('Nobody offers.')
  const addresses = others.flatMap((ticket) => ticket.split('?maddrs=').slice(1))
  return [first, ...addresses].join(',')
}
