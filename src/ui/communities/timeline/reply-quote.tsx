/** What a message answers, in one line; a click goes there. */
import { displayName } from '../../format/names.ts'
import type { ChannelId, ReplyView } from '../../../rpc/history-api.ts'
import { messageBlocks, plainText } from './message-text.ts'
import { useScope } from './timeline-scope.ts'
import { ToolIcon } from './tool-icon.tsx'

const SHOWN_CHARACTERS = 160

export function ReplyQuote({ reply, channelId }: { reply: ReplyView; channelId: ChannelId }) {
  const scope = useScope()
  const { messageId, authorName, text } = reply
  const words = text === undefined ? undefined : plainText(messageBlocks(text.slice(0, SHOWN_CHARACTERS)))
  return (
    <button type="button" class="reply-quote" onClick={() => scope.showMessage({ channelId, messageId })}>
      <ToolIcon name="reply" />
      <span class="unseen">Answers </span>
      {authorName === undefined ? (
        <span class="reply-words">a message that is not on this device</span>
      ) : (
        <>
          <bdi class="reply-author">{displayName(authorName)}</bdi>
          <bdi class="reply-words">{words === undefined || words === '' ? 'a message without words' : words}</bdi>
        </>
      )}
    </button>
  )
}
