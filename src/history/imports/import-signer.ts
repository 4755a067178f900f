/**
 * Imported messages become archived messages of the community, signed by its key on behalf of those who wrote them.
 *
 *   message ─▶ DiscordMessage (Discord, and whatever has files with it) or BridgeMessage ─┐
 *   reactions, pins, the time of an edit ─▶ messages of their own ────────────────────────┴─ sign ─▶ WakuMessage
 *
 * A message is known by its name at its source (“slack:C1:1577836800.0002”; Discord’s own number alone, as Status does), so
 * replies find it whatever order messages come in, and importing the same twice gives the same.
 */
import { CHAT_MESSAGE_TYPE, CONTENT_TYPE } from '../../codec/history/chat.ts'
import type { WakuMessage } from '../../codec/history/waku.ts'
import { DAY_MS } from '../clock.ts'
import { keccak256 } from '../crypto/keccak.ts'
import type { Curve, KeyPair } from '../crypto/secp256k1.ts'
import type { CommunityId } from '../ids.ts'
import { referencedId } from '../message/message-id.ts'
import type { MessageBody } from '../message/opened-message.ts'
import { importedWakuMessage, signMessage } from '../message/sign-message.ts'
import { isTooLong } from '../message/validate.ts'
import { bridgeContent, cutText, discordContent } from './imported-content.ts'
import { type ImportedChat, chatOf } from './imported-chat.ts'
import type { ImportBatch, ImportKind, ImportProblem, ImportedMessage } from './imported-message.ts'
import { reactionTypeOf } from './reaction-type.ts'
import { wholeChat } from './whole-chat.ts'

export interface ImportSignerComponents {
  readonly curve: Curve
  /** The community’s key. */
  readonly signer: KeyPair
}

export interface ImportSignerInit {
  readonly community: CommunityId
  readonly kind: ImportKind
  readonly nowMs: number
}

export interface SignedBatch {
  /** For the community’s description; those of an earlier import have the same ids. */
  readonly chats: readonly ImportedChat[]
  readonly messages: readonly WakuMessage[]
  readonly problems: readonly ImportProblem[]
}

/** What the wire has room for. */
const MAX_PEOPLE = 0xffffffff
const encoder = new TextEncoder()

/** Signs an import’s batches, one after the other; keeps nothing but a count of what reactions have no counterpart. */
export class ImportSigner {
  readonly #curve: Curve
  readonly #signer: KeyPair
  readonly #community: CommunityId
  readonly #kind: ImportKind
  readonly #nowMs: number
  readonly #unknownReactions = new Map<string, number>()

  constructor({ curve, signer }: ImportSignerComponents, { community, kind, nowMs }: ImportSignerInit) {
    this.#curve = curve
    this.#signer = signer
    this.#community = community
    this.#kind = kind
    this.#nowMs = nowMs
  }

  /** Some 0.1 ms a message. */
  sign(batch: ImportBatch): SignedBatch {
    const problems = [...batch.problems]
    const messages: WakuMessage[] = []
    for (const imported of batch.messages) {
      if (imported.atMs > this.#nowMs + DAY_MS) {
        problems.push({ where: this.#nameOf(imported), what: 'Its time lies in the future, so it is left out.' })
        continue
      }
      const { text, isCut } = cutText(imported.text)
      if (isCut)
        problems.push({ where: this.#nameOf(imported), what: 'Its text is cut: at most 65,536 bytes are kept.' })
      messages.push(this.#chat({ ...imported, text }), ...this.#effects({ ...imported, text }))
    }
    return { chats: batch.channels.map((channel) => chatOf(channel, this.#place)), messages, problems }
  }

  /** What was left out of all batches so far, one line for each emoji. */
  leftOut(): readonly ImportProblem[] {
    return [...this.#unknownReactions].map(([emoji, count]) => ({
      where: `Reaction “${emoji}”`,
      what: `It has no counterpart here and was left out ${count} times.`,
    }))
  }

  get #place(): { community: CommunityId; kind: ImportKind } {
    return { community: this.#community, kind: this.#kind }
  }

  #chat(imported: ImportedMessage): WakuMessage {
    const isDiscord = this.#kind === 'discord' || imported.attachments.length > 0
    const replyTo =
      imported.replyTo === undefined ? undefined : this.#nameOf({ ...imported, sourceId: imported.replyTo })
    const chat = wholeChat({
      clockMs: imported.atMs,
      timestampMs: imported.atMs,
      chatId: this.#chatId(imported),
      messageType: CHAT_MESSAGE_TYPE.communityChat,
      contentType: isDiscord ? CONTENT_TYPE.discord : CONTENT_TYPE.bridge,
      // Status looks for Discord’s number; everything else is known by its id.
      responseTo: replyTo === undefined ? '' : this.#kind === 'discord' ? replyTo : referencedId(replyTo),
      discord: isDiscord ? discordContent(imported, this.#nameOf(imported)) : undefined,
      bridge: isDiscord ? undefined : bridgeContent(imported, this.#kind),
    })
    return this.#archived({ kind: 'chat', chat }, imported.atMs, this.#nameOf(imported))
  }

  #effects(imported: ImportedMessage): WakuMessage[] {
    const chatId = this.#chatId(imported)
    const messageId = this.#idOf(imported)
    const { atMs, editedAtMs, pins } = imported
    const base = { clockMs: atMs, chatId, messageType: CHAT_MESSAGE_TYPE.communityChat }
    const effects: WakuMessage[] = []
    for (const [type, count] of this.#reactionCounts(imported)) {
      const peopleCount = Math.min(MAX_PEOPLE, Math.trunc(count))
      const reaction = { ...base, messageId, type, isRetracted: false, peopleCount }
      effects.push(this.#archived({ kind: 'reaction', reaction }, atMs))
    }
    // Discord’s form says itself when it was edited; the wire has no room for the long ones.
    if (
      editedAtMs !== undefined &&
      editedAtMs <= this.#nowMs &&
      this.#kind !== 'discord' &&
      imported.attachments.length === 0 &&
      !isTooLong(imported.text)
    ) {
      const { text } = imported
      const edit = {
        ...base,
        clockMs: editedAtMs,
        messageId,
        text,
        contentType: CONTENT_TYPE.bridge,
        unfurledLinks: [],
      }
      effects.push(this.#archived({ kind: 'edit', edit }, editedAtMs))
    }
    const pinned = pins === undefined ? (imported.isPinned ? imported : undefined) : { ...imported, sourceId: pins }
    if (pinned !== undefined) {
      const pin = { ...base, messageId: this.#idOf(pinned), isPinned: true }
      effects.push(this.#archived({ kind: 'pin', pin }, atMs, `${this.#nameOf(pinned)}:pin`))
    }
    return effects
  }

  /** By type; emojis that one type stands for are counted together. */
  #reactionCounts({ reactions }: ImportedMessage): ReadonlyMap<number, number> {
    const counts = new Map<number, number>()
    for (const { emoji, count } of reactions) {
      const type = reactionTypeOf(emoji)
      if (type === undefined) this.#unknownReactions.set(emoji, (this.#unknownReactions.get(emoji) ?? 0) + count)
      else counts.set(type, (counts.get(type) ?? 0) + count)
    }
    return counts
  }

  /** With a name of its source a message is known by that; without, by its content as others are. */
  #archived(body: MessageBody, atMs: number, name?: string): WakuMessage {
    const signed = signMessage(this.#curve, body, this.#signer)
    const archived = importedWakuMessage(signed, { community: this.#community, atMs })
    if (name === undefined) return { ...archived, thirdPartyId: '' }
    return { ...archived, thirdPartyId: name, hash: keccak256(encoder.encode(name)) }
  }

  #chatId({ channelId }: ImportedMessage): string {
    return chatOf({ sourceId: channelId, name: '' }, this.#place).id
  }

  #idOf(imported: ImportedMessage): string {
    return referencedId(this.#nameOf(imported))
  }

  #nameOf({ channelId, sourceId }: Pick<ImportedMessage, 'channelId' | 'sourceId'>): string {
    return this.#kind === 'discord' ? sourceId : `${this.#kind}:${channelId}:${sourceId}`
  }
}
