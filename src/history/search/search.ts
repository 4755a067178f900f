/**
 * Searches what is held, the newest first.
 *
 *   words ─▶ one range of records a word over many archives ─▶ numbers of messages that have them all
 *         ─▶ the newest of each archive are read ─▶ kept where the words are in what the message says now
 *
 * An index never changes once it is written: edits by other archives add their words under the archive that has them, and
 * what was edited away or deleted is found out when the message is read.
 */
import type { MessageId } from '../ids.ts'
import type { CommunityState } from '../timeline/community-state.ts'
import { findMessage } from '../timeline/find-message.ts'
import type { HistoryRecords } from '../timeline/history-records.ts'
import type { Places } from '../timeline/id-table.ts'
import { LIVE_SEGMENT, termsKey } from '../timeline/keys.ts'
import { type ChannelItem, MessageRows } from '../timeline/message-rows.ts'
import { termsTime } from '../timeline/archive-ingest.ts'
import type { Segment } from '../timeline/segment.ts'
import type { SearchHit, SearchQuery, SearchResult, TimelineContext, TimelineMessage } from '../timeline/types.ts'
import { compareHits, isBehind } from './hit-order.ts'
import { bucketsOfBeginning, bucketOf, findTerm } from './term-record.ts'
import { type Terms, doesMatch, queryTerms } from './tokens.ts'

const MAX_HITS = 100
/** Archives that are asked at once: the newest alone often have enough. */
const WAVES = [24, 96, Infinity] as const
const MAX_WORDS = 16

interface Components {
  readonly records: HistoryRecords
  readonly state: CommunityState
}

interface Search extends Components {
  readonly rows: MessageRows
  readonly terms: Terms
  readonly channel: number | undefined
  readonly before: Pick<SearchQuery, 'beforeMs' | 'beforeId'>
  /** Hits that are wanted, and one to know whether there are more. */
  readonly most: number
  readonly signal: AbortSignal | undefined
}

interface Hit {
  readonly item: ChannelItem
  readonly atMs: number
}

interface Candidate {
  readonly segment: number
  readonly channel: number
  readonly page: number
  readonly slot: number
}

export async function search(
  components: Components,
  query: SearchQuery,
  { context, signal }: { context: TimelineContext; signal: AbortSignal | undefined },
): Promise<SearchResult> {
  const { state } = components
  const limit = Math.max(1, Math.min(MAX_HITS, query.limit))
  const terms = queryTerms(query.text)
  const channel = query.channelId === undefined ? undefined : (state.channelNumber(query.channelId) ?? -1)
  const archives = [...state.segments.values()].filter(({ number }) => number !== LIVE_SEGMENT)
  const searchedArchives = archives.length
  if (terms.beginning === undefined) return { hits: [], isMore: false, searchedArchives }
  const { beforeMs = Infinity, beforeId } = query
  const rows = new MessageRows(components, context)
  const of: Search = {
    ...components,
    rows,
    terms: { ...terms, whole: terms.whole.slice(0, MAX_WORDS) },
    channel,
    before: { beforeMs, beforeId },
    most: limit + 1,
    signal,
  }
  const hits = new Map<MessageId, Hit>()
  for (const hit of await searchUnindexed(of)) hits.set(hit.item.id, hit)
  let left = archives
    .filter(({ firstAtMs, foreignTargets }) => firstAtMs <= beforeMs || foreignTargets.length > 0)
    .sort((a, b) => b.lastAtMs - a.lastAtMs)
  for (const size of WAVES) {
    const wave = left.slice(0, size)
    left = left.slice(size)
    if (wave.length === 0 || hasEnough(hits, of.most, wave[0]?.lastAtMs ?? 0)) break
    signal?.throwIfAborted()
    for (const hit of await searchWave(of, wave, hits)) hits.set(hit.item.id, hit)
  }
  const placed = [...hits.values()].map(({ item, atMs }) => ({ item, atMs, messageId: item.id }))
  const sorted = placed.sort(compareHits)
  const shown = await rows.rowsOf(sorted.slice(0, limit).map(({ item }) => item))
  return { hits: shown.map(({ row }) => hitOf(row)), isMore: sorted.length > limit, searchedArchives }
}

function hitOf(row: TimelineMessage): SearchHit {
  return { messageId: row.id, channelId: row.channelId, atMs: row.atMs, message: row }
}

/** Whether no archive whose newest message is of `nextAtMs` can have one of the newest hits. */
function hasEnough(hits: ReadonlyMap<MessageId, Hit>, most: number, nextAtMs: number): boolean {
  if (hits.size < most) return false
  return [...hits.values()].filter(({ atMs }) => atMs > nextAtMs).length >= most
}

/** The newest first; archives are read in groups that should have as many as are wanted. */
async function searchWave(of: Search, wave: readonly Segment[], known: ReadonlyMap<MessageId, Hit>): Promise<Hit[]> {
  const { records, state } = of
  const found = await searchTerms(of, wave)
  const segments = wave.filter(({ number }) => found.has(number))
  const places = await records.places(
    state.community,
    segments.map(({ number }) => number),
  )
  const hits = new Map(known)
  let group: Candidate[] = []
  for (const [i, segment] of segments.entries()) {
    const own = places[i]
    if (own === undefined || (group.length === 0 && hasEnough(hits, of.most, segment.lastAtMs))) continue
    const messages = found.get(segment.number) ?? []
    group.push(...candidatesIn(of, segment, { messages, places: own }))
    const edits = messages.filter((message) => message >= own.count).map((message) => message - own.count)
    for (const hit of await readEdited(of, segment, edits)) hits.set(hit.item.id, hit)
    if (group.length < of.most && i < segments.length - 1) continue
    of.signal?.throwIfAborted()
    for (const hit of await readCandidates(of, group)) hits.set(hit.item.id, hit)
    group = []
  }
  return [...hits.values()]
}

/** By segment: numbers of messages that have all words, ascending. */
async function searchTerms(
  { records, state, terms }: Search,
  wave: readonly Segment[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  const times = wave.map(({ fromMs }) => termsTime(fromMs))
  const [first, last] = [Math.min(...times), Math.max(...times)]
  const wanted = new Set(wave.map(({ number }) => number))
  const words = terms.whole.map((term) => ({ term, isBeginning: false }))
  if (terms.beginning !== undefined) words.unshift({ term: terms.beginning, isBeginning: true })
  const entries = await records.kv.read(async (tx) =>
    Promise.all(
      words.map(async ({ term, isBeginning }) => {
        const exact = { first: bucketOf(term), last: bucketOf(term) }
        const buckets = isBeginning ? bucketsOfBeginning(term) : exact
        const of = Array.from({ length: buckets.last - buckets.first + 1 }, (_, i) => buckets.first + i)
        const ranges = of.map((bucket) => ({
          start: termsKey(state.community, { bucket, fromS: first, segment: 0 }),
          end: termsKey(state.community, { bucket, fromS: last, segment: 0xffffffff }),
        }))
        return (await Promise.all(ranges.map(async (range) => tx.entries('terms', range)))).flat()
      }),
    ),
  )
  let found: Map<number, Set<number>> | undefined
  for (const [i, { term, isBeginning }] of words.entries()) {
    const ofWord = new Map<number, Set<number>>()
    for (const { key, value } of entries[i] ?? []) {
      const number = new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(38)
      const before = found?.get(number)
      if (!wanted.has(number) || (found !== undefined && before === undefined)) continue
      const messages = findTerm(value, term, { isBeginning }).filter((message) => before?.has(message) ?? true)
      if (messages.length > 0) ofWord.set(number, new Set([...(ofWord.get(number) ?? []), ...messages]))
    }
    found = ofWord
  }
  return new Map([...(found ?? [])].map(([number, messages]) => [number, [...messages].sort((a, b) => a - b)]))
}

/** What an archive’s index names, the newest first. */
function candidatesIn(
  of: Search,
  segment: Segment,
  { messages, places }: { messages: readonly number[]; places: Places },
): Candidate[] {
  const channels = new Map(segment.pages.map(({ number, channel }) => [number, channel]))
  const candidates: Candidate[] = []
  for (const message of messages.toReversed()) {
    if (message >= places.count) continue
    const { page, slot } = places.at(message)
    const channel = channels.get(page) ?? 0
    if (of.channel === undefined || channel === of.channel)
      candidates.push({ segment: segment.number, channel, page, slot })
  }
  return candidates
}

/** A few at a time of each archive, until there are enough of it. */
async function readCandidates(of: Search, candidates: readonly Candidate[]): Promise<Hit[]> {
  const { records, state } = of
  const hits: Hit[] = []
  const step = 2 * of.most
  for (let next = 0; next < candidates.length; next += step) {
    const some = candidates.slice(next, next + step)
    // Behind those of one archive come those of older ones.
    const last = candidates[next - 1]?.segment
    if (hits.length >= of.most && last !== undefined && some.every(({ segment }) => segment === last)) continue
    const pages = await records.pages(
      state.community,
      some.map(({ segment, page }) => ({ segment, page })),
    )
    const items = some.flatMap(({ segment, channel, slot }, i): ChannelItem[] => {
      const page = pages[i]
      if (page === undefined) return []
      return [{ id: page.idAt(slot), clockMs: page.clockAt(slot), channel, copies: [{ segment, page, slot }] }]
    })
    hits.push(...(await verified(of, items)))
  }
  return hits
}

/** Messages elsewhere that an edit in this archive gave the words. */
async function readEdited(of: Search, segment: Segment, edits: readonly number[]): Promise<Hit[]> {
  if (edits.length === 0) return []
  const [foreign] = await of.records.foreignEffects(of.state.community, [segment.number])
  const targets = new Set(edits.flatMap((edit) => foreign?.list[edit]?.target ?? []))
  const items = await Promise.all([...targets].map(async (target) => findMessage(of.records, of.state, target)))
  return verified(
    of,
    items.filter((item) => item !== undefined),
  )
}

/** Live messages, and archives that are still being read, have no index: they are few. */
async function searchUnindexed(of: Search): Promise<Hit[]> {
  const { records, state } = of
  const live = state.segments.get(LIVE_SEGMENT)
  const isWanted = (channel: number): boolean => of.channel === undefined || channel === of.channel
  const refs = (live?.pages ?? []).filter(({ channel }) => isWanted(channel))
  const pages = await records.pages(
    state.community,
    refs.map(({ number }) => ({ segment: LIVE_SEGMENT, page: number })),
  )
  const items: ChannelItem[] = []
  const add = (segment: number, channel: number, page: (typeof pages)[number]): void => {
    for (let slot = 0; slot < (page?.count ?? 0); slot++) {
      if (page === undefined) return
      const stored = page.messageAt(slot)
      if (!doesMatch(stored.text, of.terms)) continue
      items.push({ id: stored.id, clockMs: stored.clockMs, channel, copies: [{ segment, page, slot }] })
    }
  }
  for (const [i, ref] of refs.entries()) add(LIVE_SEGMENT, ref.channel, pages[i])
  for (const { segment, pages: previewed } of state.previews.values()) {
    for (const ref of segment.pages.filter(({ channel }) => isWanted(channel))) {
      add(segment.number, ref.channel, previewed.get(ref.number))
    }
  }
  for (const target of liveEdits(of)) {
    const item = await findMessage(records, state, target)
    if (item !== undefined) items.push(item)
  }
  return verified(of, items)
}

function liveEdits({ state, terms }: Search): Set<MessageId> {
  const edits = [...state.liveChunks.values()].flat().filter((effect) => effect.kind === 'edit')
  return new Set(edits.filter(({ text }) => doesMatch(text, terms)).map(({ target }) => target))
}

/** Those that say so now. */
async function verified(of: Search, items: readonly ChannelItem[]): Promise<Hit[]> {
  const wanted = items.filter(({ channel }) => of.channel === undefined || channel === of.channel)
  const said = await of.rows.saidIn(wanted)
  return wanted.flatMap((item, i): Hit[] => {
    const now = said[i]
    if (
      now === undefined ||
      !isBehind({ atMs: now.atMs, messageId: item.id }, of.before) ||
      !doesMatch(now.text, of.terms)
    )
      return []
    return [{ item, atMs: now.atMs }]
  })
}
