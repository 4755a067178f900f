/** A message in a list beside the timeline: a result, a pin. A click goes to it. */
import type { ComponentChildren } from 'preact'
import { displayName } from '../../format/names.ts'
import { dateOf } from '../../format/time.ts'
import type { MessageView } from '../../../rpc/history-api.ts'
import { messageBlocks, plainText } from './message-text.ts'
import { formatClock, formatShortDay } from './timeline-time.ts'

const SHOWN_CHARACTERS = 600

interface MessageCardProps {
  readonly atMs: number
  /** Undefined where only its place is known yet. */
  readonly message: MessageView | undefined
  /** “#general”, where it is of use. */
  readonly where?: string | undefined
  readonly draw?: (words: string) => ComponentChildren
  readonly onOpen: () => void
}

export function MessageCard({ atMs, message, where, draw = (words) => words, onOpen }: MessageCardProps) {
  return (
    <li>
      <button type="button" class="message-card" onClick={onOpen}>
        <span class="message-card-head">
          {message === undefined ? null : <bdi class="message-author">{displayName(message.author.name)}</bdi>}
          {where === undefined ? null : <bdi class="quiet">{where}</bdi>}
          <time class="message-time" dateTime={dateOf(atMs).toISOString()}>
            {formatShortDay(atMs, Date.now())}, {formatClock(atMs)}
          </time>
        </span>
        <span class="message-card-words" dir="auto">
          {message === undefined ? (
            <span class="quiet">Known from the search index; opening it fetches its week.</span>
          ) : (
            draw(wordsOf(message))
          )}
        </span>
      </button>
    </li>
  )
}

function wordsOf({ text, attachments }: MessageView): string {
  const words = plainText(messageBlocks(text.slice(0, 4096)))
  if (words !== '') return words.length > SHOWN_CHARACTERS ? `${words.slice(0, SHOWN_CHARACTERS)}…` : words
  return attachments.map(({ name }) => displayName(name)).join(', ')
}
