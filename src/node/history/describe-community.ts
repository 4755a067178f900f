/** A community’s description: what its owner says of it, signed anew with each change. What is not ours to change stays. */
import {
  type ChatIdentity,
  type CommunityCategory,
  type CommunityChat,
  type CommunityDescription,
  EMPTY_CATEGORY,
  EMPTY_CHAT,
  EMPTY_DESCRIPTION,
  EMPTY_IDENTITY,
  encodeCommunityDescription,
} from '../../codec/history/community-description.ts'
import { QuireError } from '../../errors.ts'
import { isFarAhead } from '../../history/clock.ts'
import type { CommunityId } from '../../history/ids.ts'
import type { ImportedChat } from '../../history/imports/imported-chat.ts'

const MAX_NAME_CHARACTERS = 100
const MAX_DESCRIPTION_CHARACTERS = 2_000
const MAX_CHANNELS = 500
/** It travels in five envelopes of 115,200 bytes, with what is signed around it; who asks for a link is told it as well. */
export const MAX_DESCRIPTION_BYTES = 512_000
const DEFAULT_CHANNEL = 'general'
/** Everybody may read and write. Source: status-go, CommunityPermissions. */
const OPEN_ACCESS = 1
const MS = 1000

export interface NewCommunity {
  readonly name: string
  readonly description?: string | undefined
  readonly color?: string | undefined
  readonly channels?: readonly string[] | undefined
  readonly isEncrypted?: boolean | undefined
}

export interface CommunityChange {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly color?: string | undefined
  /** All of them from now on; those without an id are new. */
  readonly channels?: readonly { readonly id?: string | undefined; readonly name: string }[] | undefined
}

/** Where something depends on what nobody has told this device yet. */
export function descriptionMissing(): QuireError {
  return new QuireError('ERR_DESCRIPTION_MISSING', 'The community’s description has not come to this device yet.')
}

/** Errors: `ERR_OPTION_INVALID`. */
export function newDescription(community: NewCommunity, nowMs: number): CommunityDescription {
  const names = community.channels ?? []
  const channels = (names.length === 0 ? [DEFAULT_CHANNEL] : names).map((name) => ({ name }))
  const permissions = { isEnsOnly: false, isPrivate: false, access: OPEN_ACCESS, unknownFields: new Uint8Array() }
  const empty = { ...EMPTY_DESCRIPTION, permissions, isEncrypted: community.isEncrypted === true }
  const { name, description = '', color = '' } = community
  return changedDescription(empty, { name, description, color, channels }, { nowMs })
}

/** Errors: `ERR_OPTION_INVALID`. */
export function changedDescription(
  before: CommunityDescription,
  change: CommunityChange,
  { nowMs, id }: { readonly nowMs: number; readonly id?: CommunityId | undefined },
): CommunityDescription {
  const identity: ChatIdentity = {
    ...(before.identity ?? EMPTY_IDENTITY),
    clockMs: nowMs,
    ...(change.name === undefined ? {} : { displayName: checkedName(change.name) }),
    ...(change.description === undefined ? {} : { description: checkedDescription(change.description) }),
    ...(change.color === undefined ? {} : { color: checkedColor(change.color) }),
  }
  const chats = change.channels === undefined ? before.chats : changedChats(before, change.channels, { nowMs, id })
  return { ...before, identity, chats, clockMs: nextClock(before, nowMs) }
}

interface WithImported {
  /** The same object where all are there already. */
  readonly description: CommunityDescription
  /** Names of those that it has no room for. */
  readonly leftOut: readonly string[]
}

/** With the channels and categories of an import, as far as a description holds them; topics go before channels do. */
export function withImportedChats(
  before: CommunityDescription,
  imported: readonly ImportedChat[],
  nowMs: number,
): WithImported {
  const wanted = imported.filter(({ uuid }) => !before.chats.has(uuid))
  if (wanted.length === 0) return { description: before, leftOut: [] }
  const room = Math.max(0, MAX_CHANNELS - before.chats.size)
  const whole = withChats(before, wanted.slice(0, room), nowMs)
  if (wanted.length <= room && isFitting(whole)) return { description: whole, leftOut: [] }
  const bare = wanted.map((chat) => ({ ...chat, description: '' }))
  let [most, tooMany] = [0, Math.min(room, bare.length) + 1]
  while (tooMany - most > 1) {
    const middle = (most + tooMany) >> 1
    if (isFitting(withChats(before, bare.slice(0, middle), nowMs))) most = middle
    else tooMany = middle
  }
  const leftOut = wanted.slice(most).map(({ name }) => name)
  return { description: most === 0 ? before : withChats(before, bare.slice(0, most), nowMs), leftOut }
}

function isFitting(description: CommunityDescription): boolean {
  return encodeCommunityDescription(description).byteLength <= MAX_DESCRIPTION_BYTES
}

function withChats(before: CommunityDescription, added: readonly ImportedChat[], nowMs: number): CommunityDescription {
  const chats = new Map(before.chats)
  const categories = new Map(before.categories)
  for (const { uuid, name, description, category } of added) {
    const identity = { ...EMPTY_IDENTITY, clockMs: nowMs, displayName: name, description }
    chats.set(uuid, { ...EMPTY_CHAT, identity, categoryId: category?.id ?? '', position: chats.size })
    if (category !== undefined && !categories.has(category.id)) {
      categories.set(category.id, categoryOf(category, categories.size))
    }
  }
  return { ...before, chats, categories, clockMs: nextClock(before, nowMs) }
}

function categoryOf({ id, name }: { id: string; name: string }, position: number): CommunityCategory {
  return { ...EMPTY_CATEGORY, categoryId: id, name, position }
}

function changedChats(
  before: CommunityDescription,
  channels: NonNullable<CommunityChange['channels']>,
  { nowMs, id }: { readonly nowMs: number; readonly id?: CommunityId | undefined },
): ReadonlyMap<string, CommunityChat> {
  if (channels.length === 0) throw refused('A community has at least one channel.')
  if (channels.length > MAX_CHANNELS) throw refused(`A community has at most ${MAX_CHANNELS} channels.`)
  return new Map(
    channels.map((channel, position) => {
      const uuid = channel.id === undefined ? crypto.randomUUID() : channel.id.slice(id?.length ?? 0)
      const known = before.chats.get(uuid)
      if (channel.id !== undefined && known === undefined) throw refused('The community has no such channel.')
      const displayName = checkedName(channel.name)
      const firstMessageTimestampSeconds = Math.floor(nowMs / MS)
      const identity = known?.identity ?? { ...EMPTY_IDENTITY, firstMessageTimestampSeconds }
      return [uuid, { ...(known ?? EMPTY_CHAT), position, identity: { ...identity, clockMs: nowMs, displayName } }]
    }),
  )
}

/** Greater than before, also where this device’s clock is behind; not where it was far ahead when it signed the one before. */
function nextClock({ clockMs }: CommunityDescription, nowMs: number): number {
  return isFarAhead(clockMs, nowMs) ? nowMs : Math.max(nowMs, clockMs + 1)
}

function checkedName(text: string): string {
  const name = text.trim()
  if (name === '') throw refused('A name has at least one character.')
  if (name.length > MAX_NAME_CHARACTERS) throw refused(`A name has at most ${MAX_NAME_CHARACTERS} characters.`)
  return name
}

function checkedDescription(text: string): string {
  if (text.length <= MAX_DESCRIPTION_CHARACTERS) return text.trim()
  throw refused(`A description has at most ${MAX_DESCRIPTION_CHARACTERS} characters.`)
}

function checkedColor(color: string): string {
  if (color === '' || /^#[0-9a-f]{6}$/iu.test(color)) return color.toLowerCase()
  throw refused('A colour is six hex digits after a “#”.')
}

function refused(message: string): QuireError {
  return new QuireError('ERR_OPTION_INVALID', message)
}
