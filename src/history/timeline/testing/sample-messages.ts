/** Messages as they come out of archives, made up: deterministic by their numbers. */
import { decodeChatMessage, encodeChatMessage, CONTENT_TYPE, type ChatMessage } from '../../../codec/history/chat.ts'
import type { ArchiveId, AuthorKey, ChatId, CommunityId, MessageId } from '../../ids.ts'
import type { OpenedMessage } from '../../message/opened-message.ts'

export const COMMUNITY = `0x02${'ab'.repeat(32)}` as CommunityId
/** The key of which `COMMUNITY` is the compressed form. */
const COMMUNITY_AUTHOR = `0x04${'ab'.repeat(32)}${'00'.repeat(31)}02` as AuthorKey
export const START_MS = 1_700_000_000_000

export function channelOf(number: number): ChatId {
  return `${COMMUNITY}00000000-0000-4000-8000-${String(number).padStart(12, '0')}` as ChatId
}

export function authorOf(number: number): AuthorKey {
  return `0x04${hash(number + 77_000).repeat(2)}` as AuthorKey
}

export function archiveIdOf(number: number): ArchiveId {
  return `0x${hash(number + 88_000)}` as ArchiveId
}

export function idOf(number: number): MessageId {
  return `0x${hash(number)}` as MessageId
}

interface Said {
  readonly number: number
  readonly clockMs: number
  readonly text?: string
  readonly author?: number
  readonly channel?: number
  readonly replyTo?: MessageId
  readonly more?: Partial<ChatMessage>
  readonly signedBy?: 'author' | 'community'
}

export function chatOf(said: Said): OpenedMessage {
  const channelId = channelOf(said.channel ?? 0)
  const bodyBytes = encodeChatMessage({
    clockMs: said.clockMs,
    timestampMs: said.clockMs,
    text: said.text ?? `message ${said.number}`,
    responseTo: said.replyTo ?? '',
    chatId: channelId,
    contentType: CONTENT_TYPE.text,
    displayName: `author ${said.author ?? 0}`,
    ...said.more,
  })
  return {
    id: idOf(said.number),
    author: said.signedBy === 'community' ? COMMUNITY_AUTHOR : authorOf(said.author ?? 0),
    signedBy: said.signedBy ?? 'author',
    channelId,
    clockMs: said.clockMs,
    atMs: said.clockMs,
    body: { kind: 'chat', chat: decodeChatMessage(bodyBytes) },
    bodyBytes,
  }
}

interface Done {
  readonly number: number
  readonly clockMs: number
  readonly target: MessageId
  readonly author?: number
  readonly channel?: number
}

export function editOf(done: Done & { text: string }): OpenedMessage {
  const edit = { ...headOf(done), text: done.text, contentType: 1, unfurledLinks: [] }
  return { ...effectBase(done), body: { kind: 'edit', edit } }
}

export function deletionOf(done: Done): OpenedMessage {
  return { ...effectBase(done), body: { kind: 'delete', deletion: { ...headOf(done), deletedBy: '' } } }
}

export function pinOf(done: Done & { isPinned: boolean }): OpenedMessage {
  return { ...effectBase(done), body: { kind: 'pin', pin: { ...headOf(done), isPinned: done.isPinned } } }
}

export function reactionOf(
  done: Done & { type: number; isRetracted?: boolean; peopleCount?: number; signedBy?: 'author' | 'community' },
): OpenedMessage {
  const { type, isRetracted = false, peopleCount, signedBy = 'author' } = done
  const reaction = { ...headOf(done), type, isRetracted, peopleCount }
  return { ...effectBase(done), signedBy, body: { kind: 'reaction', reaction } }
}

function headOf({ clockMs, channel, target }: Done) {
  return { clockMs, chatId: channelOf(channel ?? 0), messageId: target, messageType: 5 }
}

function effectBase(done: Done): Omit<OpenedMessage, 'body'> {
  return {
    id: idOf(done.number),
    author: done.author === -1 ? COMMUNITY_AUTHOR : authorOf(done.author ?? 0),
    signedBy: 'author',
    channelId: channelOf(done.channel ?? 0),
    clockMs: done.clockMs,
    atMs: done.clockMs,
    bodyBytes: new Uint8Array(),
  }
}

/** 64 hex digits that look like a hash. */
function hash(number: number): string {
  let [state, digits] = [number + 0x9e3779b9, '']
  for (let i = 0; i < 8; i++) {
    state = Math.imul(state ^ (state >>> 16), 0x45d9f3b) + i + 1
    const mixed = Math.imul(state ^ (state >>> 13), 0x2c1b3c6d)
    digits += ((mixed ^ (mixed >>> 16)) >>> 0).toString(16).padStart(8, '0')
  }
  return digits
}
