import { CHAT_MESSAGE_TYPE, CONTENT_TYPE } from '../../codec/history/chat.ts'
import { QuireError } from '../../errors.ts'
import type { ChatId, MessageId } from '../../history/ids.ts'
import type { MessageBody } from '../../history/message/opened-message.ts'
import type { TimelineMessage } from '../../history/timeline/types.ts'
import type { Communities } from './communities.ts'
import type { CommunityRun } from './community-run.ts'
import type { HistoryParts } from './history-parts.ts'
import { chatBodies, checkText, type WrittenMessage } from './message-bodies.ts'
import type { Person } from './person.ts'
import type { Reading } from './reading.ts'

interface MessagesComponents {
  readonly parts: HistoryParts
  readonly communities: Communities
  readonly person: Person
  readonly reading: Reading
}

/** What this device’s person says and does in channels: signed, shown at once, kept, and sent until somebody took it. */
export class Messages {
  readonly #components: MessagesComponents

  constructor(components: MessagesComponents) {
    this.#components = components
  }

  /** Resolves when it is kept here. Errors: `ERR_NO_PERSON`, `ERR_KEY_LOCKED`, those of `chatBodies`. */
  async send(id: string, channelId: string, message: WrittenMessage): Promise<TimelineMessage> {
    const { communities, person, reading, parts } = this.#components
    const run = communities.get(id)
    const channel = channelOf(run, channelId)
    const { displayName } = person.required()
    const atMs = parts.clock.nowMs()
    const clockMs = run.nextClockMs()
    const chats = await chatBodies(message, { channelId: channel, clockMs, atMs, displayName })
    let first: MessageId | undefined
    for (const chat of chats) {
      const sentId = await this.#say(run, { kind: 'chat', chat })
      first ??= sentId
    }
    if (first === undefined) throw notFound()
    return reading.message(run, { channelId: channel, messageId: first, atMs })
  }

  /** Errors: `ERR_MESSAGE_NOT_FOUND`, and as `send`. */
  async edit(id: string, messageId: string, text: string): Promise<void> {
    checkText(text, false)
    const { run, base } = await this.#about(id, messageId)
    const edit = { ...base, text, contentType: CONTENT_TYPE.text, unfurledLinks: [] }
    await this.#say(run, { kind: 'edit', edit })
  }

  async remove(id: string, messageId: string): Promise<void> {
    const { run, base } = await this.#about(id, messageId)
    // Empty: by whoever signs it.
    await this.#say(run, { kind: 'delete', deletion: { ...base, deletedBy: '' } })
  }

  async pin(id: string, messageId: string, isPinned: boolean): Promise<void> {
    const { run, base } = await this.#about(id, messageId)
    await this.#say(run, { kind: 'pin', pin: { ...base, isPinned } })
  }

  /** Errors: `ERR_OPTION_INVALID` (no such type). */
  async react(id: string, messageId: string, reaction: { type: number; isRetracted: boolean }): Promise<void> {
    const { type, isRetracted } = reaction
    if (!Number.isInteger(type) || type < 1 || type > 6) {
      throw new QuireError('ERR_OPTION_INVALID', 'Reactions are of the types 1 to 6.')
    }
    const { run, base } = await this.#about(id, messageId)
    await this.#say(run, { kind: 'reaction', reaction: { ...base, type, isRetracted } })
  }

  /** What every effect on a message says. */
  async #about(id: string, messageId: string) {
    const { communities, parts } = this.#components
    const run = communities.get(id)
    const place = await parts.timeline.location(run.id, messageId as MessageId)
    if (place === undefined) throw notFound()
    const base = {
      clockMs: run.nextClockMs(),
      chatId: place.channelId,
      messageId: place.id,
      messageType: CHAT_MESSAGE_TYPE.communityChat,
    }
    return { run, base }
  }

  /** Resolves with the message’s id. */
  async #say(run: CommunityRun, body: MessageBody): Promise<MessageId> {
    const { parts } = this.#components
    const group = run.isEncrypted ? run.groupKey() : undefined
    const signer = parts.keyRing.signer('person')
    const { signed, envelopes } = await parts.maker.message(run.id, { body, signer, group })
    for (const envelope of envelopes) await run.sync.send(envelope)
    return signed.id
  }
}

function channelOf(run: CommunityRun, channelId: string): ChatId {
  if (channelId.startsWith(run.id) && run.description?.chats.has(channelId.slice(run.id.length)) === true) {
    return channelId as ChatId
  }
  throw new QuireError('ERR_OPTION_INVALID', 'The community has no such channel.')
}

function notFound(): QuireError {
  return new QuireError('ERR_MESSAGE_NOT_FOUND', 'This message is not on this device.')
}
