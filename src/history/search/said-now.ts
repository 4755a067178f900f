import type { AuthorKey, MessageId } from '../ids.ts'
import type { OpenedMessage } from '../message/opened-message.ts'
import { type Effect, effectOf, outcomeOf, type Rights } from '../timeline/effects.ts'

/** A message of a channel, and what it says now. */
export interface SaidNow {
  readonly message: OpenedMessage
  readonly text: string
}

/** The chats among these messages, in any order, after the edits and deletions among them; those that are deleted are left out. */
export function saidNow(opened: readonly OpenedMessage[], rights: Rights): SaidNow[] {
  const chats = new Map(opened.filter(({ body }) => body.kind === 'chat').map((message) => [message.id, message]))
  const effects = effectsOn(chats, opened)
  return [...chats.values()].flatMap((message) => {
    const { text, isDeleted } = outcomeOf(message.author, effects.get(message.id) ?? [], rights)
    return isDeleted ? [] : [{ message, text: text ?? textOf(message) }]
  })
}

function effectsOn(
  chats: ReadonlyMap<MessageId, { readonly author: AuthorKey }>,
  opened: readonly OpenedMessage[],
): ReadonlyMap<MessageId, Effect[]> {
  const byTarget = new Map<MessageId, Effect[]>()
  for (const message of opened) {
    const effect = effectOf(message)
    if (effect === undefined || !chats.has(effect.target)) continue
    if (effect.kind !== 'edit' && effect.kind !== 'delete') continue
    const some = byTarget.get(effect.target)
    if (some === undefined) byTarget.set(effect.target, [effect])
    else some.push(effect)
  }
  return byTarget
}

function textOf({ body, signedBy }: OpenedMessage): string {
  if (body.kind !== 'chat') return ''
  const { chat } = body
  const imported = signedBy === 'community' ? (chat.discord?.content ?? chat.bridge?.content ?? '') : ''
  return imported || chat.text
}
