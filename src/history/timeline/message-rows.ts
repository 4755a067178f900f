/** From messages and what was done to them to rows: edits, deletions, reactions, pins, previews of what they answer. */
import { isMessageId } from '../message/message-id.ts'
import type { AuthorKey, MessageId } from '../ids.ts'
import { shortKey } from './author-names.ts'
import type { CommunityState } from './community-state.ts'
import { type Effect, type Outcome, isPinnedBy, outcomeOf, reactionsOf } from './effects.ts'
import { findMessage } from './find-message.ts'
import type { HistoryRecords } from './history-records.ts'
import { previewOf, type StoredAuthor, type StoredMessage } from './stored-message.ts'
import type { TimelineContext, TimelineMessage, TimelineReply } from './types.ts'
import type { Item } from './windows.ts'

export interface ChannelItem extends Item {
  readonly channel: number
}

/** A row, and what of its message the row itself does not say. */
export interface MessageRow {
  readonly row: TimelineMessage
  readonly clockMs: number
  readonly albumId: string
  readonly stored: StoredMessage
  readonly segment: number
}

type Avatars = ReadonlyMap<string, Uint8Array<ArrayBuffer>>

export class MessageRows {
  readonly #records: HistoryRecords
  readonly #state: CommunityState
  readonly #context: TimelineContext

  constructor(components: { records: HistoryRecords; state: CommunityState }, context: TimelineContext) {
    this.#records = components.records
    this.#state = components.state
    this.#context = context
  }

  async rowsOf(items: readonly ChannelItem[]): Promise<MessageRow[]> {
    const effects = await this.#effectsOf(items)
    const messages = items.map(({ copies: [copy] }) => copy?.page.messageAt(copy.slot))
    const avatars = await this.#records.avatars(
      this.#state.community,
      messages.flatMap((message) => message?.author.avatar ?? []),
    )
    const replies = await this.#repliesOf(messages.filter((message) => message !== undefined))
    return items.flatMap((item, i) => {
      const stored = messages[i]
      if (stored === undefined) return []
      const row = this.#rowOf(stored, {
        item,
        effects: effects.get(item.id) ?? [],
        avatars,
        reply: replies.get(item.id),
      })
      return [{ row, clockMs: item.clockMs, albumId: stored.albumId, stored, segment: item.copies[0]?.segment ?? 0 }]
    })
  }

  /** What its author last made of it. */
  async textOf(item: Item): Promise<{ author: StoredAuthor; outcome: Outcome; text: string } | undefined> {
    const [copy] = item.copies
    const stored = copy?.page.messageAt(copy.slot)
    if (stored === undefined) return undefined
    const effects = (await this.#effectsOf([item])).get(item.id) ?? []
    const outcome = this.#outcomeOf(stored, effects)
    return { author: stored.author, outcome, text: outcome.text ?? stored.text }
  }

  /** What messages say now, for whoever needs no more of them; undefined for those that were deleted. */
  async saidIn(items: readonly Item[]): Promise<({ text: string; atMs: number } | undefined)[]> {
    const effects = await this.#effectsOf(items)
    return items.map(({ id, copies: [copy] }) => {
      const stored = copy?.page.messageAt(copy.slot)
      if (stored === undefined) return undefined
      const { isDeleted, text } = this.#outcomeOf(stored, effects.get(id) ?? [])
      return isDeleted ? undefined : { text: text ?? stored.text, atMs: stored.atMs }
    })
  }

  async #effectsOf(items: readonly Item[]): Promise<Map<MessageId, Effect[]>> {
    const segments = new Set(items.flatMap(({ id }) => this.#state.segmentsAbout(id)))
    const foreign = await this.#records.foreignEffects(this.#state.community, [...segments])
    return new Map(
      items.map(({ id, copies }) => [
        id,
        [
          ...copies.flatMap(({ page, slot }) => page.effectsAt(slot)),
          ...foreign.flatMap(({ byTarget }) => byTarget.get(id) ?? []),
          ...this.#state.liveEffectsOf(id),
        ],
      ]),
    )
  }

  #outcomeOf({ author }: StoredMessage, effects: readonly Effect[]): Outcome {
    return outcomeOf(author.key, effects, { ...this.#context, community: this.#state.community })
  }

  #rowOf(
    stored: StoredMessage,
    known: { item: ChannelItem; effects: readonly Effect[]; avatars: Avatars; reply: TimelineReply | undefined },
  ): TimelineMessage {
    const { self } = this.#context
    const outcome = this.#outcomeOf(stored, known.effects)
    const rights = { ...this.#context, community: this.#state.community }
    const nameOf = (author: AuthorKey): string => this.#state.names.nameOf(author)
    const { avatar, ...author } = stored.author
    return {
      kind: 'message',
      id: stored.id,
      channelId: this.#state.channelAt(known.item.channel),
      author: {
        ...author,
        name: this.#displayName(stored.author),
        avatar: avatar === undefined ? undefined : known.avatars.get(avatar),
      },
      atMs: stored.atMs,
      text: outcome.isDeleted ? '' : (outcome.text ?? stored.text),
      signature: stored.signedBy,
      isOwn: self !== undefined && stored.author.key === self,
      isDeleted: outcome.isDeleted,
      isEdited: stored.isEdited || outcome.text !== undefined,
      isPinned: !outcome.isDeleted && isPinnedBy(this.#state.pins().get(stored.id) ?? [], rights),
      replyTo: known.reply,
      reactions: outcome.isDeleted ? [] : reactionsOf(known.effects, { self, nameOf }),
      attachments: outcome.isDeleted
        ? []
        : stored.attachments.map(({ blob, ...attachment }, index) => ({
            ...attachment,
            index,
            isHere: blob !== undefined,
          })),
      delivery: stored.delivery,
    }
  }

  async #repliesOf(messages: readonly StoredMessage[]): Promise<Map<MessageId, TimelineReply>> {
    const replies = new Map<MessageId, TimelineReply>()
    const reply = async ({ id, replyTo, preview }: StoredMessage): Promise<void> => {
      if (replyTo === undefined) return
      if (preview !== undefined && isMessageId(replyTo) && !this.#isTouched(replyTo)) {
        replies.set(id, { messageId: replyTo, ...preview })
        return
      }
      const target = await findMessage(this.#records, this.#state, replyTo)
      if (target === undefined) {
        if (isMessageId(replyTo)) replies.set(id, { messageId: replyTo })
        return
      }
      const said = await this.textOf(target)
      const shown = said && previewOf(this.#displayName(said.author), said.outcome.isDeleted ? '' : said.text)
      replies.set(id, { messageId: target.id, ...shown })
    }
    await Promise.all(messages.map(reply))
    return replies
  }

  /** Whether something that another archive or somebody live did could change a preview. */
  #isTouched(id: MessageId): boolean {
    return this.#state.segmentsAbout(id).length > 0 || this.#state.liveEffectsOf(id).length > 0
  }

  #displayName({ key, name, isImported }: StoredAuthor): string {
    if (name !== '') return name
    return isImported ? shortKey(key) : this.#state.names.nameOf(key)
  }
}
