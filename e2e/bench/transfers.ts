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
    const page = await lab.open({ browser: `source ${i} of ${contestant} ${content.seed}`, contestant, isFar })
    tickets.push(await page.offer(content))
    pages.push(page)
  }
  return { init, ticket: joinTickets(tickets), pages }
}

export interface FetchRun extends FetchOptions {
  /** Called with the open page before the fetch. */
  readonly before?: (page: ContestantPage) => Promise<unknown>
  /** Called with it when the fetch is over. */
  readonly after?: (page: ContestantPage) => Promise<unknown>
}

/** One fetch by a new page in a browser that this contestant keeps for its fetches; the hash is checked. */
export async function fetchFrom(
  lab: Lab,
  sources: Sources,
  { before, after, ...options }: FetchRun = {},
): Promise<FetchResult> {
  const { contestant, content, isFar = false } = sources.init
  const page = await lab.open({ browser: askerOf(contestant), contestant, isFar })
  await before?.(page)
  const result = await page.fetch(sources.ticket, content, options)
  await after?.(page)
  await page.close()
  return result
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
