/** What people did to messages: edits, deletions, reactions, pins. Any order of arrival gives the same outcome. */
import type { EmojiReaction } from '../../codec/history/chat.ts'
import type { AuthorKey, CommunityId, MessageId } from '../ids.ts'
import { referencedId } from '../message/message-id.ts'
import type { OpenedMessage } from '../message/opened-message.ts'
import type { RecordReader, RecordWriter } from './record-bytes.ts'
import type { TimelineContext, TimelineReaction } from './types.ts'

interface EffectBase {
  /** Of the message that did it; decides between equal clocks. */
  readonly id: MessageId
  readonly target: MessageId
  readonly author: AuthorKey
  readonly clockMs: number
}

interface ReactionDeed {
  readonly kind: 'reaction'
  readonly type: number
  readonly isOn: boolean
  /** How many it stands for, where the community’s key says so; else it is its author’s own. */
  readonly people?: number | undefined
}

export type Effect =
  | (EffectBase & { readonly kind: 'edit'; readonly text: string })
  | (EffectBase & { readonly kind: 'delete' })
  | (EffectBase & { readonly kind: 'pin'; readonly isOn: boolean })
  | (EffectBase & ReactionDeed)

const KINDS = ['edit', 'delete', 'pin', 'reaction'] as const satisfies readonly Effect['kind'][]
const EMOJI = ['', '❤️', '👍', '👎', '😂', '😢', '😠'] as const
const ID_BYTES = 32
const AUTHOR_BYTES = 65
const MAX_NAMES = 5
const FLAG = { on: 1, people: 2 } as const

/** Undefined for what is no effect, or has no target. */
export function effectOf(message: OpenedMessage): Effect | undefined {
  const { id, author, clockMs, body } = message
  if (body.kind === 'chat') return undefined
  const target = targetOf(body)
  if (target === '') return undefined
  const base = { id, author, clockMs, target: referencedId(target) }
  switch (body.kind) {
    case 'edit':
      return { ...base, kind: 'edit', text: body.edit.text }
    case 'delete':
      return { ...base, kind: 'delete' }
    case 'pin':
      return { ...base, kind: 'pin', isOn: body.pin.isPinned }
    case 'reaction':
      return { ...base, kind: 'reaction', ...reactionDeed(message, body.reaction) }
  }
}

/** Only the community’s key can speak for others. */
function reactionDeed(
  { signedBy }: OpenedMessage,
  { type, isRetracted, peopleCount }: EmojiReaction,
): Omit<ReactionDeed, 'kind'> {
  const people = signedBy === 'community' ? peopleCount : undefined
  return { type, isOn: !isRetracted && people !== 0, people }
}

function targetOf(body: Exclude<OpenedMessage['body'], { kind: 'chat' }>): string {
  switch (body.kind) {
    case 'edit':
      return body.edit.messageId
    case 'delete':
      return body.deletion.messageId
    case 'pin':
      return body.pin.messageId
    case 'reaction':
      return body.reaction.messageId
  }
}

export function writeEffect(writer: RecordWriter, effect: Effect): void {
  writer.hex(effect.target).hex(effect.author)
  writeDeed(writer, effect)
}

export function readEffect(reader: RecordReader): Effect {
  const target = reader.hex(ID_BYTES) as MessageId
  const author = reader.hex(AUTHOR_BYTES) as AuthorKey
  return readDeed(reader, { target, author })
}

/** All but who and to what, which a page has in tables of its own. */
export function writeDeed(writer: RecordWriter, effect: Effect): void {
  writer.u8(KINDS.indexOf(effect.kind)).hex(effect.id).varint(effect.clockMs)
  if (effect.kind === 'edit') writer.text(effect.text)
  else if (effect.kind === 'pin') writer.u8(effect.isOn ? 1 : 0)
  else if (effect.kind === 'reaction') {
    const { type, isOn, people } = effect
    writer.varint(type).u8((isOn ? FLAG.on : 0) | (people === undefined ? 0 : FLAG.people))
    if (people !== undefined) writer.varint(people)
  }
}

export function readDeed(reader: RecordReader, { target, author }: Pick<Effect, 'target' | 'author'>): Effect {
  const kind = KINDS[reader.u8()] ?? 'delete'
  const base = { target, author, id: reader.hex(ID_BYTES) as MessageId, clockMs: reader.varint() }
  switch (kind) {
    case 'edit':
      return { ...base, kind, text: reader.text() }
    case 'delete':
      return { ...base, kind }
    case 'pin':
      return { ...base, kind, isOn: reader.u8() === 1 }
    case 'reaction':
      return { ...base, kind, ...readReaction(reader) }
  }
}

function readReaction(reader: RecordReader): Omit<ReactionDeed, 'kind'> {
  const [type, flags] = [reader.varint(), reader.u8()]
  const people = (flags & FLAG.people) === 0 ? undefined : reader.varint()
  return { type, isOn: (flags & FLAG.on) !== 0, people }
}

type Reaction = EffectBase & ReactionDeed

/** What effects make of one message. */
export interface Outcome {
  /** Undefined where it was not edited. */
  readonly text: string | undefined
  readonly isDeleted: boolean
}

/** Who is allowed what, besides the author. */
export type Rights = Pick<TimelineContext, 'privileged' | 'isPinningPrivileged'> & { readonly community: CommunityId }

/** Edits of the author alone, the greatest clock counts; deletions of the author or of who may. */
export function outcomeOf(author: AuthorKey, effects: readonly Effect[], rights: Rights): Outcome {
  let newest: (Effect & { kind: 'edit' }) | undefined
  let isDeleted = false
  for (const effect of effects) {
    if (effect.kind === 'delete') isDeleted ||= effect.author === author || isPrivileged(effect.author, rights)
    if (effect.kind === 'edit' && effect.author === author && isLater(effect, newest)) newest = effect
  }
  return { text: newest?.text, isDeleted }
}

export function isPinnedBy(effects: readonly Effect[], rights: Rights): boolean {
  let newest: (Effect & { kind: 'pin' }) | undefined
  for (const effect of effects) {
    if (effect.kind !== 'pin' || !isLater(effect, newest)) continue
    if (rights.isPinningPrivileged !== true || isPrivileged(effect.author, rights)) newest = effect
  }
  return newest?.isOn === true
}

/**
 * One a person and type, in the order of the types, and those whom an import stands for, who have no names here; `nameOf`
 * gives the names of those whom it knows.
 */
export function reactionsOf(
  effects: readonly Effect[],
  { self, nameOf }: { self: AuthorKey | undefined; nameOf: (author: AuthorKey) => string },
): TimelineReaction[] {
  const newest = new Map<string, Reaction>()
  for (const effect of effects) {
    if (effect.kind !== 'reaction' || EMOJI[effect.type] === undefined || effect.type === 0) continue
    const key = `${effect.type} ${effect.author}`
    if (isLaterReaction(effect, newest.get(key))) newest.set(key, effect)
  }
  const byType = new Map<number, Reaction[]>()
  for (const effect of newest.values()) {
    if (effect.isOn) byType.set(effect.type, [...(byType.get(effect.type) ?? []), effect])
  }
  return [...byType]
    .sort(([a], [b]) => a - b)
    .map(([type, some]) => {
      const own = some.filter(({ people }) => people === undefined)
      const authors = own.sort((a, b) => (isLater(a, b) ? 1 : -1)).map(({ author }) => author)
      return {
        emoji: EMOJI[type] ?? '',
        type,
        count: some.reduce((count, { people = 1 }) => count + people, 0),
        isOwn: self !== undefined && authors.includes(self),
        names: authors.slice(0, MAX_NAMES).map(nameOf),
      }
    })
}

/** Of imports of one moment the one that stands for more counts: its export is the newer one. */
function isLaterReaction(effect: Reaction, than: Reaction | undefined): boolean {
  if (than === undefined || effect.clockMs !== than.clockMs) return isLater(effect, than)
  const more = (effect.people ?? 0) - (than.people ?? 0)
  return more === 0 ? isLater(effect, than) : more > 0
}

/** A total order: by clock, then by id. */
function isLater(effect: Effect, than: Effect | undefined): boolean {
  if (than === undefined || effect.clockMs !== than.clockMs) return than === undefined || effect.clockMs > than.clockMs
  return effect.id > than.id
}

function isPrivileged(author: AuthorKey, { privileged, community }: Rights): boolean {
  return privileged?.has(author) === true || isCommunityKey(author, community)
}

/** Whether an uncompressed key is the one whose compressed form names the community. */
function isCommunityKey(author: AuthorKey, community: CommunityId): boolean {
  if (author.slice(4, 68) !== community.slice(4)) return false
  const isOdd = Number.parseInt(author.slice(-1), 16) % 2 === 1
  return community.startsWith(isOdd ? '0x03' : '0x02')
}
