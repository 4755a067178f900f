/** One message: who, when, what, and what was done with it. */
import { displayName } from '../../format/names.ts'
import { dateOf, formatMoment } from '../../format/time.ts'
import type { MessageView } from '../../../rpc/history-api.ts'
import { AttachmentList } from './attachment-list.tsx'
import { Avatar } from './avatar.tsx'
import { MessageBody } from './message-body.tsx'
import { menuOf } from './open-menu.ts'
import { ReactionList } from './reaction-list.tsx'
import { ReplyQuote } from './reply-quote.tsx'
import { useScope } from './timeline-scope.ts'
import { formatClock } from './timeline-time.ts'
import { ToolIcon } from './tool-icon.tsx'

interface MessageRowProps {
  readonly message: MessageView
  /** Shows who wrote it; the next ones by the same hand do not. */
  readonly isFirst: boolean
  readonly isHighlighted: boolean
}

export function MessageRow({ message, isFirst, isHighlighted }: MessageRowProps) {
  const { actions } = useScope()
  const { id, author, atMs, replyTo } = message
  const isLeaving = actions.leaving.value.has(id)
  const isGone = message.isDeleted || isLeaving
  const className = `message${isFirst ? ' message-first' : ''}${isHighlighted ? ' message-highlighted' : ''}`
  return (
    <li class={className} data-row={id} tabIndex={-1}>
      <div class="message-gutter">{isFirst ? <Avatar author={author} /> : <MessageTime atMs={atMs} />}</div>
      <div class="message-main">
        {isFirst ? <MessageHead message={message} /> : <span class="unseen">{displayName(author.name)}: </span>}
        {replyTo === undefined || isGone ? null : <ReplyQuote reply={replyTo} channelId={message.channelId} />}
        {isGone ? <GoneBody id={id} isLeaving={isLeaving} /> : <WholeBody message={message} />}
      </div>
      {isGone ? null : <MessageTools message={message} />}
    </li>
  )
}

function MessageHead({ message: { author, atMs, signature, isPinned } }: { message: MessageView }) {
  return (
    <p class="message-head">
      <bdi class="message-author">{displayName(author.name)}</bdi>
      {signature === 'community' ? (
        <span class="message-origin" title="Brought in from elsewhere; the community’s key vouches for it">
          imported
        </span>
      ) : null}
      <MessageTime atMs={atMs} />
      {isPinned ? <span class="message-origin">pinned</span> : null}
    </p>
  )
}

function MessageTime({ atMs }: { atMs: number }) {
  return (
    <time class="message-time" dateTime={dateOf(atMs).toISOString()} title={formatMoment(atMs)}>
      {formatClock(atMs)}
    </time>
  )
}

function WholeBody({ message }: { message: MessageView }) {
  const { text, isEdited, attachments, reactions, delivery } = message
  return (
    <>
      {text.trim() === '' ? null : <MessageBody text={text} isEdited={isEdited} />}
      {attachments.length === 0 ? null : <AttachmentList message={message} />}
      {reactions.length === 0 ? null : <ReactionList message={message} />}
      {delivery === 'sending' ? <p class="message-sending">Sending, as soon as somebody is there to take it</p> : null}
    </>
  )
}

function GoneBody({ id, isLeaving }: { id: string; isLeaving: boolean }) {
  const { actions } = useScope()
  if (!isLeaving) return <p class="message-gone">This message was deleted.</p>
  return (
    <p class="message-gone">
      You deleted this message.{' '}
      <button type="button" class="link-button" onClick={() => actions.undoRemove(id)}>
        Undo
      </button>
    </p>
  )
}

/** Seen while the pointer or the focus is in the row. */
function MessageTools({ message }: { message: MessageView }) {
  const { actions, menu } = useScope()
  const name = displayName(message.author.name)
  return (
    <div class="message-tools">
      <button
        type="button"
        class="tool"
        title="Reply"
        aria-label={`Reply to ${name}`}
        onClick={() => actions.reply(message)}
      >
        <ToolIcon name="reply" />
      </button>
      <button
        type="button"
        class="tool tool-menu"
        title="React, and more"
        aria-label={`React to the message of ${name}, and more`}
        aria-haspopup="menu"
        onClick={({ currentTarget }) => (menu.value = menuOf(message, currentTarget))}
      >
        <ToolIcon name="more" />
      </button>
    </div>
  )
}
