/** Where a message is, by its id, by the beginning of one, or by the name it had where it was imported from. */
import type { MessageId } from '../ids.ts'
import { NO_MESSAGE } from './build-archive-records.ts'
import type { CommunityState } from './community-state.ts'
import type { HistoryRecords } from './history-records.ts'
import { prefixOfId, prefixOfText } from './id-table.ts'
import { LIVE_SEGMENT } from './keys.ts'
import type { Page } from './page-record.ts'
import { isMessageId } from '../message/message-id.ts'
import type { Item } from './windows.ts'

const PARTIAL_ID = /^0x[0-9a-f]{6,63}$/u
const WHOLE_DIGITS = 64

export interface Found extends Item {
  readonly channel: number
}

/** `name`: a message id or what `referenceOf` gives. Its copies in all archives that have it. */
export async function findMessage(
  records: HistoryRecords,
  state: CommunityState,
  name: string,
): Promise<Found | undefined> {
  const prefix = isMessageId(name) ? prefixOfId(name) : prefixOfText(name)
  const finds: Found[] = findPreviewed(state, name)
  const livePage = (await state.liveIds(records)).get(name as MessageId)
  if (livePage !== undefined)
    finds.push(...(await findIn(records, state, { segment: LIVE_SEGMENT, page: livePage, name })))
  for (const segment of await state.candidatesFor(records, prefix)) {
    const table = await records.idTable(state.community, segment)
    const [places] = await records.places(state.community, [segment])
    for (const message of table?.find(prefix) ?? []) {
      if (message === NO_MESSAGE || places === undefined) continue
      const { page, slot } = places.at(message)
      const [found] = await records.pages(state.community, [{ segment, page }])
      if (found === undefined || (isMessageId(name) && found.idAt(slot) !== name)) continue
      finds.push(foundAt(state, { segment, number: page, page: found, slot }))
    }
  }
  const [first] = finds
  if (first === undefined) return undefined
  const same = finds.filter(({ id }) => id === first.id)
  const archived = same.filter(({ copies }) => copies.every(({ segment }) => segment !== LIVE_SEGMENT))
  return {
    ...first,
    copies: [...archived, ...same.filter((one) => !archived.includes(one))].flatMap((one) => one.copies),
  }
}

/** The whole id of a message of which an index gave the first digits, and its time. */
export async function completeId(
  records: HistoryRecords,
  state: CommunityState,
  { beginning, atMs }: { beginning: string; atMs: number | undefined },
): Promise<MessageId | undefined> {
  if (beginning.length - 2 >= WHOLE_DIGITS || atMs === undefined || !PARTIAL_ID.test(beginning)) return undefined
  const prefix = prefixOfId(beginning.padEnd(18, '0'))
  for (const segment of state.segments.values()) {
    if (atMs < segment.firstAtMs || atMs > segment.lastAtMs || segment.number === LIVE_SEGMENT) continue
    const table = await records.idTable(state.community, segment.number)
    const [places] = await records.places(state.community, [segment.number])
    for (const message of table?.find(prefix, beginning.length - 2) ?? []) {
      if (places === undefined || message === NO_MESSAGE) continue
      const { page: number, slot } = places.at(message)
      const [page] = await records.pages(state.community, [{ segment: segment.number, page: number }])
      const stored = page?.messageAt(slot)
      if (stored?.atMs === atMs && stored.id.startsWith(beginning)) return stored.id
    }
  }
  return undefined
}

function findPreviewed(state: CommunityState, name: string): Found[] {
  const finds: Found[] = []
  for (const { segment, pages } of state.previews.values()) {
    for (const [number, page] of pages) {
      for (let slot = 0; slot < page.count; slot++) {
        if (page.idAt(slot) === name) finds.push(foundAt(state, { segment: segment.number, number, page, slot }))
      }
    }
  }
  return finds
}

async function findIn(
  records: HistoryRecords,
  state: CommunityState,
  { segment, page: number, name }: { segment: number; page: number; name: string },
): Promise<Found[]> {
  const [page] = await records.pages(state.community, [{ segment, page: number }])
  for (let slot = 0; slot < (page?.count ?? 0); slot++) {
    if (page?.idAt(slot) === name) return [foundAt(state, { segment, number, page, slot })]
  }
  return []
}

function foundAt(
  state: CommunityState,
  { segment, number, page, slot }: { segment: number; number: number; page: Page; slot: number },
): Found {
  const refs = state.segments.get(segment)?.pages ?? state.previews.get(segment)?.segment.pages ?? []
  const channel = refs.find((ref) => ref.number === number)?.channel ?? 0
  return { id: page.idAt(slot), clockMs: page.clockAt(slot), channel, copies: [{ segment, page, slot }] }
}
