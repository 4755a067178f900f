/** Live messages on their way into the database, and out of it when there are too many. */
import { sha256 } from '@noble/hashes/sha2.js'
import type { MessageId } from '../ids.ts'
import type { OpenedMessage } from '../message/opened-message.ts'
import { type Draft, namesOf } from './build-archive-records.ts'
import type { CommunityState } from './community-state.ts'
import { type Effect, effectOf } from './effects.ts'
import { hashName, type HistoryRecords } from './history-records.ts'
import { prefixOfId } from './id-table.ts'
import { LIVE_SEGMENT, avatarKey, numberedKey } from './keys.ts'
import { type LiveEdit, applyLive, editLive, NO_LIVE } from './live-edit.ts'
import { referenceOf, storedMessage } from './stored-message.ts'
import type { Delivery, TimelineChange } from './types.ts'

const MAX_LIVE_MESSAGES = 50_000
const MAX_LIVE_EFFECTS = 50_000

interface Components {
  readonly records: HistoryRecords
  readonly state: CommunityState
}

interface Intake {
  readonly drafts: Draft[]
  readonly effects: Effect[]
  readonly blobs: { readonly pack: number; readonly bytes: Uint8Array }[]
  readonly avatars: Map<string, Uint8Array>
}

export async function addLive(
  components: Components,
  messages: readonly OpenedMessage[],
  delivery: Exclude<Delivery, 'archived'>,
): Promise<TimelineChange | undefined> {
  const { records, state } = components
  return state.changes.run(async () => {
    const ids = await state.liveIds(records)
    const fresh = await freshOnes(components, messages, ids)
    if (fresh.length === 0) return undefined
    const intake = take(state, fresh, delivery)
    const edit = {
      drafts: intake.drafts,
      effects: intake.effects,
      gone: await overflow(components, intake),
      deliveries: new Map<MessageId, Delivery>(),
      blobPacks: intake.blobs.length,
    }
    await write(components, edit, intake)
    return changeOf(state, fresh)
  })
}

export async function setDelivery(
  components: Components,
  wanted: readonly MessageId[],
  delivery: Exclude<Delivery, 'archived'>,
): Promise<TimelineChange | undefined> {
  const { records, state } = components
  return state.changes.run(async () => {
    const ids = await state.liveIds(records)
    const known = wanted.filter((id) => ids.has(id))
    if (known.length === 0) return undefined
    const deliveries = new Map(known.map((id) => [id, delivery]))
    const change = await write(components, { drafts: [], effects: [], gone: new Set(), deliveries, blobPacks: 0 })
    const refs = change.segment.pages.filter(({ number }) => known.some((id) => change.ids.get(id) === number))
    return {
      communityId: state.community,
      channelIds: [...new Set(refs.map(({ channel }) => state.channelAt(channel)))],
      fromMs: Math.min(...refs.map(({ firstClockMs }) => firstClockMs)),
      toMs: Math.max(...refs.map(({ lastClockMs }) => lastClockMs)),
    }
  })
}

async function write({ records, state }: Components, edit: LiveEdit, intake?: Intake) {
  const ids = await state.liveIds(records)
  const names = namesOf(edit.drafts)
  const change = await records.kv.write(async (tx) => {
    state.writeChannels(tx)
    state.names.write(tx, state.community, names)
    for (const { pack, bytes } of intake?.blobs ?? []) {
      tx.put('blobs', numberedKey(state.community, LIVE_SEGMENT, pack), bytes)
    }
    for (const [name, bytes] of intake?.avatars ?? []) tx.put('blobs', avatarKey(state.community, name), bytes)
    return editLive(tx, state, { ...edit, ids })
  })
  state.names.note(names)
  await applyLive(state, records, change)
  return change
}

/** Neither live already nor in an archive. */
async function freshOnes(
  { records, state }: Components,
  messages: readonly OpenedMessage[],
  ids: ReadonlyMap<MessageId, number>,
): Promise<OpenedMessage[]> {
  const seen = new Set<MessageId>()
  const fresh: OpenedMessage[] = []
  for (const message of messages) {
    const { id } = message
    if (seen.has(id) || ids.has(id) || state.isLiveEffect(id)) continue
    seen.add(id)
    const prefix = prefixOfId(id)
    let isArchived = false
    for (const segment of await state.candidatesFor(records, prefix)) {
      const table = await records.idTable(state.community, segment)
      isArchived ||= (table?.find(prefix).length ?? 0) > 0
    }
    if (!isArchived) fresh.push(message)
  }
  return fresh
}

function take(state: CommunityState, messages: readonly OpenedMessage[], delivery: Delivery): Intake {
  const intake: Intake = { drafts: [], effects: [], blobs: [], avatars: new Map() }
  const firstPack = state.segments.get(LIVE_SEGMENT)?.blobPacks ?? NO_LIVE.blobPacks
  const payloads = {
    avatar(bytes: Uint8Array) {
      const name = hashName(sha256(bytes))
      intake.avatars.set(name, bytes.slice())
      return name
    },
    // A pack of its own, which goes with its message.
    blob(bytes: Uint8Array) {
      const pack = firstPack + intake.blobs.length
      intake.blobs.push({ pack, bytes: bytes.slice() })
      return { pack, offset: 0, lengthBytes: bytes.byteLength }
    },
  }
  for (const message of messages) {
    const effect = effectOf(message)
    if (effect !== undefined) intake.effects.push(effect)
    if (message.body.kind !== 'chat' || state.enterChannel(message.channelId) === undefined) continue
    const stored = storedMessage({ ...message, body: message.body }, { delivery, payloads })
    intake.drafts.push({ message: stored, channelId: message.channelId, reference: referenceOf(message) })
  }
  return intake
}

/** The oldest pages and chunks, where there would be too much. */
async function overflow({ records, state }: Components, { drafts, effects }: Intake): Promise<Set<MessageId>> {
  const gone = new Set<MessageId>()
  const segment = state.segments.get(LIVE_SEGMENT) ?? NO_LIVE
  let messages = segment.messageCount + drafts.length
  for (const ref of [...segment.pages].sort((a, b) => a.lastClockMs - b.lastClockMs)) {
    if (messages <= MAX_LIVE_MESSAGES) break
    messages -= ref.count
    const [page] = await records.pages(state.community, [{ segment: LIVE_SEGMENT, page: ref.number }])
    for (let slot = 0; slot < (page?.count ?? 0); slot++) if (page !== undefined) gone.add(page.idAt(slot))
  }
  const chunks = [...state.liveChunks].sort(([a], [b]) => a - b).map(([, chunk]) => chunk)
  let held = chunks.reduce((sum, { length }) => sum + length, effects.length)
  for (const chunk of chunks) {
    if (held <= MAX_LIVE_EFFECTS) break
    held -= chunk.length
    for (const { id } of chunk) gone.add(id)
  }
  return gone
}

function changeOf(state: CommunityState, messages: readonly OpenedMessage[]): TimelineChange {
  const times = messages.map(({ atMs }) => atMs)
  return {
    communityId: state.community,
    channelIds: [...new Set(messages.map(({ channelId }) => channelId))],
    fromMs: Math.min(...times),
    toMs: Math.max(...times),
  }
}
