/** From the messages of one archive, in any order, to the records that it becomes. No I/O. */
import { TermCollector } from '../search/term-record.ts'
import { termsOf } from '../search/tokens.ts'
import type { AuthorKey, ChatId, MessageId } from '../ids.ts'
import type { NameAt } from './author-names.ts'
import type { Effect } from './effects.ts'
import { byTarget } from './history-records.ts'
import { type Name, type Place, prefixOfId, prefixOfText } from './id-table.ts'
import { encodePage } from './page-record.ts'
import { QuarterCounts } from './quarter-counts.ts'
import { type PageRef, type Segment, keptPins, targetPrefix } from './segment.ts'
import { type Work, each, sorted } from './slices.ts'
import { type StoredMessage, previewOf } from './stored-message.ts'

/** At most this many in a page. */
export const PAGE_MESSAGES = 128
/** Imported messages may be long. */
export const PAGE_TEXT_LENGTH = 96 << 10
/** Name of what is in an archive and no message: an edit, a reaction. */
export const NO_MESSAGE = 0xffffffff

export interface Draft {
  readonly message: StoredMessage
  readonly channelId: ChatId
  /** Its name where it was imported from. */
  readonly reference: string | undefined
}

export interface ArchiveContent {
  readonly drafts: ReadonlyMap<MessageId, Draft>
  readonly effects: ReadonlyMap<MessageId, Effect>
}

export interface ArchivePages {
  readonly segment: Omit<Segment, 'number' | 'archiveId' | 'fromMs' | 'toMs' | 'termBuckets' | 'blobPacks'>
  readonly pages: ReadonlyMap<number, Uint8Array<ArrayBuffer>>
  /** Sorted as their record has them. */
  readonly foreign: readonly Effect[]
  /** In the order of time: what the search index and the id table count by. */
  readonly ordered: readonly (Draft & Place)[]
  readonly local: ReadonlyMap<MessageId, readonly Effect[]>
}

interface PageDraft {
  readonly channel: number
  readonly drafts: Draft[]
}

/** `channelNumber`: undefined for channels that are not kept. */
export function* buildPages(
  { drafts, effects }: ArchiveContent,
  channelNumber: (channel: ChatId) => number | undefined,
): Work<ArchivePages> {
  const [local, foreign] = yield* splitEffects(drafts, effects)
  const byReference = new Map<string | undefined, Draft>()
  yield* each(drafts.values(), (draft) => byReference.set(draft.reference, draft))
  const refs: PageRef[] = []
  const pages = new Map<number, Uint8Array<ArrayBuffer>>()
  const placed: (Draft & Place)[] = []
  for (const { channel, drafts: some } of yield* cutPages(drafts.values(), channelNumber)) {
    const number = refs.length
    const messages = some.map(({ message }) => withPreview(message, { drafts, byReference, local }))
    const ofPage = messages.flatMap(({ id }) => local.get(id) ?? []).filter(({ kind }) => kind !== 'pin')
    pages.set(number, encodePage({ messages, effects: ofPage }))
    refs.push({ number, channel, ...clocksOf(messages), count: messages.length })
    for (const [slot, draft] of some.entries()) {
      placed.push({ ...draft, page: number, slot })
    }
    yield
  }
  const ordered = yield* sorted(placed, (a, b) => compareMessages(a.message, b.message))
  const times = ordered.map(({ message }) => message.atMs)
  const segment = {
    messageCount: ordered.length,
    firstAtMs: times.reduce((least, atMs) => Math.min(least, atMs), times[0] ?? 0),
    lastAtMs: times.reduce((most, atMs) => Math.max(most, atMs), 0),
    pages: refs,
    quarters: yield* countQuarters(ordered, channelNumber),
    foreignTargets: yield* targetsOf(foreign),
    pins: yield* keptPins(effects.values()),
  }
  return { segment, pages, foreign, ordered, local }
}

/** Words of messages, edits of the archive itself among them; then those of edits of messages elsewhere. */
export function* buildTerms({
  ordered,
  foreign,
  local,
}: ArchivePages): Work<ReadonlyMap<number, Uint8Array<ArrayBuffer>>> {
  const terms = new TermCollector()
  for (const [number, { message }] of ordered.entries()) {
    terms.add(number, termsOf(message.text))
    for (const effect of local.get(message.id) ?? []) {
      if (effect.kind === 'edit') terms.add(number, termsOf(effect.text))
    }
    yield
  }
  for (const [i, effect] of foreign.entries()) {
    if (effect.kind === 'edit') terms.add(ordered.length + i, termsOf(effect.text))
    yield
  }
  return yield* terms.encode()
}

/** All names by which something of the archive may be asked for. */
export function* buildNames({ ordered }: ArchivePages, effects: Iterable<Effect>): Work<Name[]> {
  const names: Name[] = []
  yield* each(effects, ({ id }) => names.push({ prefix: prefixOfId(id), message: NO_MESSAGE }))
  yield* each(ordered, (draft, message) => {
    names.push({ prefix: prefixOfId(draft.message.id), message })
    if (draft.reference !== undefined) names.push({ prefix: prefixOfText(draft.reference), message })
  })
  return names
}

export function namesOf(drafts: Iterable<Draft>): Map<AuthorKey, NameAt> {
  const names = new Map<AuthorKey, NameAt>()
  for (const { message } of drafts) {
    const { key, name, isImported } = message.author
    if (isImported || name === '') continue
    const before = names.get(key)
    if (before === undefined || message.clockMs > before.clockMs) names.set(key, { name, clockMs: message.clockMs })
  }
  return names
}

export function compareMessages(a: StoredMessage, b: StoredMessage): number {
  return a.clockMs - b.clockMs || (a.id < b.id ? -1 : 1)
}

export function clocksOf(messages: readonly StoredMessage[]): Pick<PageRef, 'firstClockMs' | 'lastClockMs'> {
  return { firstClockMs: messages[0]?.clockMs ?? 0, lastClockMs: messages.at(-1)?.clockMs ?? 0 }
}

function* splitEffects(
  drafts: ArchiveContent['drafts'],
  effects: ArchiveContent['effects'],
): Work<[Map<MessageId, Effect[]>, Effect[]]> {
  const [local, foreign]: [Effect[], Effect[]] = [[], []]
  yield* each(effects.values(), (effect) => (drafts.has(effect.target) ? local : foreign).push(effect))
  const byPlace = (a: Effect, b: Effect): number =>
    a.target === b.target ? a.clockMs - b.clockMs : a.target < b.target ? -1 : 1
  return [yield* byTarget(local), yield* sorted(foreign, byPlace)]
}

function* targetsOf(foreign: readonly Effect[]): Work<number[]> {
  const targets = new Set<number>()
  yield* each(foreign, ({ kind, target }) => kind !== 'pin' && targets.add(targetPrefix(target)))
  return [...targets]
}

function* cutPages(drafts: Iterable<Draft>, channelNumber: (channel: ChatId) => number | undefined): Work<PageDraft[]> {
  const channels = new Map<number, Draft[]>()
  yield* each(drafts, (draft) => {
    const channel = channelNumber(draft.channelId)
    if (channel === undefined) return
    const some = channels.get(channel)
    if (some === undefined) channels.set(channel, [draft])
    else some.push(draft)
  })
  const pages: PageDraft[] = []
  for (const [channel, some] of [...channels].sort(([a], [b]) => a - b)) {
    let page: PageDraft | undefined
    let length = 0
    for (const draft of yield* sorted(some, (a, b) => compareMessages(a.message, b.message))) {
      const isFull = page === undefined || page.drafts.length >= PAGE_MESSAGES || length > PAGE_TEXT_LENGTH
      if (page === undefined || isFull) {
        page = { channel, drafts: [] }
        pages.push(page)
        length = 0
      }
      page.drafts.push(draft)
      length += draft.message.text.length
    }
  }
  return pages
}

/** A preview is kept where the message replied to is in the same archive, which does nothing to it. */
function withPreview(
  message: StoredMessage,
  {
    drafts,
    byReference,
    local,
  }: {
    drafts: ArchiveContent['drafts']
    byReference: ReadonlyMap<string | undefined, Draft>
    local: ReadonlyMap<MessageId, readonly Effect[]>
  },
): StoredMessage {
  if (message.replyTo === undefined) return message
  const target = drafts.get(message.replyTo as MessageId) ?? byReference.get(message.replyTo)
  if (target === undefined) return message
  const { id, author, text } = target.message
  const isTouched = (local.get(id) ?? []).some(({ kind }) => kind === 'edit' || kind === 'delete')
  const replyTo = { ...message, replyTo: id }
  return isTouched || author.name === '' ? replyTo : { ...replyTo, preview: previewOf(author.name, text) }
}

function* countQuarters(
  ordered: readonly Draft[],
  channelNumber: (channel: ChatId) => number | undefined,
): Work<Uint8Array> {
  const counts = new QuarterCounts()
  yield* each(ordered, ({ message, channelId }) => counts.add(channelNumber(channelId) ?? 0, message.atMs))
  return counts.pack()
}
