/**
 * Changes to the live messages, which have no archive yet: pages that are split as they grow, and chunks of effects.
 *
 *   messages ─▶ page of their channel by clock ─▶ written again whole, cut where it is full
 *   an archive that has them ─▶ taken out of their pages
 */
import type { HistoryTable } from '../../store/history-kv.ts'
import type { KvWriter } from '../../store/kv.ts'
import type { MessageId } from '../ids.ts'
import { type Draft, PAGE_MESSAGES, PAGE_TEXT_LENGTH, clocksOf, compareMessages } from './build-archive-records.ts'
import type { CommunityState } from './community-state.ts'
import type { Effect } from './effects.ts'
import { encodeEffects, type HistoryRecords } from './history-records.ts'
import { LIVE_SEGMENT, numberedKey } from './keys.ts'
import { encodePage, Page } from './page-record.ts'
import { QuarterCounts } from './quarter-counts.ts'
import { type PageRef, type Segment, encodeSegment } from './segment.ts'
import { atOnce } from './slices.ts'
import type { StoredMessage } from './stored-message.ts'
import type { Delivery } from './types.ts'

const CHUNK_EFFECTS = 128

export interface LiveEdit {
  readonly drafts: readonly Draft[]
  readonly effects: readonly Effect[]
  /** Messages and effects to let go of. */
  readonly gone: ReadonlySet<MessageId>
  readonly deliveries: ReadonlyMap<MessageId, Delivery>
  /** Numbers of packs that were taken for attachments of `drafts`. */
  readonly blobPacks: number
}

/** What was written; `applyLive` makes memory equal to it once it is. */
export interface LiveChange {
  readonly segment: Segment
  readonly pages: ReadonlyMap<number, Uint8Array | undefined>
  readonly ids: ReadonlyMap<MessageId, number | undefined>
  readonly chunks: ReadonlyMap<number, readonly Effect[]>
}

interface OpenPage {
  readonly channel: number
  readonly before: readonly StoredMessage[]
  readonly messages: StoredMessage[]
}

export const NO_LIVE: Segment = {
  number: LIVE_SEGMENT,
  archiveId: undefined,
  fromMs: 0,
  toMs: 0,
  messageCount: 0,
  firstAtMs: 0,
  lastAtMs: 0,
  pages: [],
  quarters: new Uint8Array(),
  foreignTargets: [],
  pins: [],
  termBuckets: [],
  blobPacks: 0,
}

/** Writes it; run inside `state.changes`. `ids` is `state.liveIds`. */
export async function editLive(
  tx: KvWriter<HistoryTable>,
  state: CommunityState,
  edit: LiveEdit & { readonly ids: ReadonlyMap<MessageId, number> },
): Promise<LiveChange> {
  const segment = state.segments.get(LIVE_SEGMENT) ?? NO_LIVE
  const refs = new Map(segment.pages.map((ref) => [ref.number, ref]))
  let nextPage = segment.pages.reduce((most, { number }) => Math.max(most, number + 1), 0)
  const placed = new Map<number, Draft[]>()
  const fresh = new Map<number, number>()
  for (const draft of [...edit.drafts].sort((a, b) => compareMessages(a.message, b.message))) {
    const channel = state.channelNumber(draft.channelId)
    if (channel === undefined) continue
    const page = pageFor(segment.pages, channel, draft.message.clockMs) ?? fresh.get(channel) ?? nextPage++
    if (!refs.has(page)) fresh.set(channel, page)
    placed.set(page, [...(placed.get(page) ?? []), draft])
  }
  const touched = new Set(placed.keys())
  for (const id of [...edit.gone, ...edit.deliveries.keys()]) {
    const page = edit.ids.get(id)
    if (page !== undefined) touched.add(page)
  }
  const open = await openPages(tx, state, { touched, refs, placed })
  const pages = new Map<number, Uint8Array | undefined>()
  const ids = new Map<MessageId, number | undefined>()
  const quarters = new QuarterCounts(segment.quarters)
  for (const [number, page] of open) {
    for (const message of page.before) {
      quarters.add(page.channel, message.atMs, -1)
      if (!edit.gone.has(message.id)) continue
      ids.set(message.id, undefined)
      for (const { blob } of message.attachments) {
        if (blob !== undefined) tx.delete('blobs', numberedKey(state.community, LIVE_SEGMENT, blob.pack))
      }
    }
    const messages = page.messages
      .filter(({ id }) => !edit.gone.has(id))
      .map((message) => ({ ...message, delivery: edit.deliveries.get(message.id) ?? message.delivery }))
    refs.delete(number)
    pages.set(number, undefined)
    for (const [i, part] of cut(messages, page.before).entries()) {
      const partNumber = i === 0 ? number : nextPage++
      pages.set(partNumber, encodePage({ messages: part, effects: [] }))
      refs.set(partNumber, { number: partNumber, channel: page.channel, ...clocksOf(part), count: part.length })
      for (const message of part) {
        ids.set(message.id, partNumber)
        quarters.add(page.channel, message.atMs)
      }
    }
  }
  for (const [number, bytes] of pages) {
    const key = numberedKey(state.community, LIVE_SEGMENT, number)
    if (bytes === undefined) tx.delete('pages', key)
    else tx.put('pages', key, bytes)
  }
  const chunks = editChunks(tx, state, edit)
  const changed = liveSegment(segment, {
    refs: [...refs.values()],
    quarters: quarters.pack(),
    blobPacks: edit.blobPacks,
  })
  tx.put('segments', numberedKey(state.community, LIVE_SEGMENT), encodeSegment(changed))
  return { segment: changed, pages, ids, chunks }
}

/** After the transaction. */
export async function applyLive(state: CommunityState, records: HistoryRecords, change: LiveChange): Promise<void> {
  const ids = await state.liveIds(records)
  for (const [id, page] of change.ids) {
    if (page === undefined) ids.delete(id)
    else ids.set(id, page)
  }
  for (const [page, bytes] of change.pages) {
    records.notePage(state.community, { segment: LIVE_SEGMENT, page }, bytes)
  }
  state.setLiveChunks(change.chunks)
  state.add(change.segment)
}

/** The last page of a channel that begins before a moment, or its first. */
function pageFor(refs: readonly PageRef[], channel: number, clockMs: number): number | undefined {
  const own = refs.filter((ref) => ref.channel === channel).sort((a, b) => a.firstClockMs - b.firstClockMs)
  return (own.findLast(({ firstClockMs }) => firstClockMs <= clockMs) ?? own[0])?.number
}

async function openPages(
  tx: KvWriter<HistoryTable>,
  state: CommunityState,
  pages: {
    touched: ReadonlySet<number>
    refs: ReadonlyMap<number, PageRef>
    placed: ReadonlyMap<number, readonly Draft[]>
  },
): Promise<Map<number, OpenPage>> {
  const read = async (number: number): Promise<[number, OpenPage]> => {
    const added = pages.placed.get(number) ?? []
    const ref = pages.refs.get(number)
    const channel = ref?.channel ?? state.channelNumber(added[0]?.channelId ?? state.channelAt(0)) ?? 0
    const bytes = ref && (await tx.get('pages', numberedKey(state.community, LIVE_SEGMENT, number)))
    const before = bytes === undefined ? [] : new Page(bytes).content().messages
    const messages = [...before, ...added.map(({ message }) => message)].sort(compareMessages)
    return [number, { channel, before, messages }]
  }
  return new Map(await Promise.all([...pages.touched].map(read)))
}

/** Into full pages where all that is new is at the end, else into pages with room. */
function cut(messages: readonly StoredMessage[], before: readonly StoredMessage[]): StoredMessage[][] {
  const length = messages.reduce((sum, { text }) => sum + text.length, 0)
  const count = Math.ceil(Math.max(messages.length / PAGE_MESSAGES, length / PAGE_TEXT_LENGTH))
  if (count === 0) return []
  const isAppended = before.at(-1)?.id === messages[before.length - 1]?.id || before.length === 0
  const isFullByCount = count === Math.ceil(messages.length / PAGE_MESSAGES)
  const size = isAppended && isFullByCount ? PAGE_MESSAGES : Math.ceil(messages.length / count)
  return Array.from({ length: Math.ceil(messages.length / size) }, (_, i) => messages.slice(i * size, (i + 1) * size))
}

function editChunks(tx: KvWriter<HistoryTable>, state: CommunityState, edit: LiveEdit): Map<number, readonly Effect[]> {
  const chunks = new Map(state.liveChunks)
  const changed = new Set<number>()
  for (const [number, effects] of chunks) {
    const left = effects.filter(({ id }) => !edit.gone.has(id))
    if (left.length < effects.length) changed.add(number)
    chunks.set(number, left)
  }
  let last = Math.max(0, ...chunks.keys())
  for (const effect of edit.effects) {
    if ((chunks.get(last)?.length ?? 0) >= CHUNK_EFFECTS) last++
    chunks.set(last, [...(chunks.get(last) ?? []), effect])
    changed.add(last)
  }
  for (const number of changed) {
    const effects = chunks.get(number) ?? []
    const key = numberedKey(state.community, LIVE_SEGMENT, number)
    if (effects.length > 0) tx.put('effects', key, atOnce(encodeEffects(effects)))
    else {
      chunks.delete(number)
      tx.delete('effects', key)
    }
  }
  return chunks
}

function liveSegment(
  segment: Segment,
  { refs, quarters, blobPacks }: { refs: PageRef[]; quarters: Uint8Array; blobPacks: number },
): Segment {
  const clocks = refs.flatMap(({ firstClockMs, lastClockMs }) => [firstClockMs, lastClockMs])
  return {
    ...segment,
    pages: refs.sort((a, b) => a.channel - b.channel || a.firstClockMs - b.firstClockMs),
    messageCount: refs.reduce((sum, { count }) => sum + count, 0),
    firstAtMs: clocks.reduce((least, clock) => Math.min(least, clock), clocks[0] ?? 0),
    lastAtMs: clocks.reduce((most, clock) => Math.max(most, clock), 0),
    quarters,
    blobPacks: segment.blobPacks + blobPacks,
  }
}
