/** Who answered with an emoji; a click adds one’s own or takes it back. */
import { formatCount } from '../../format/bytes.ts'
import { displayName } from '../../format/names.ts'
import type { MessageView, ReactionView } from '../../../rpc/history-api.ts'
import { REACTIONS } from './message-actions.ts'
import { useScope } from './timeline-scope.ts'

export function ReactionList({ message }: { message: MessageView }) {
  return (
    <ul class="reactions" aria-label="Reactions">
      {message.reactions.map((reaction) => (
        <li key={reaction.emoji}>
          <Reaction message={message} reaction={reaction} />
        </li>
      ))}
    </ul>
  )
}

function Reaction({ message, reaction }: { message: MessageView; reaction: ReactionView }) {
  const { actions } = useScope()
  const { emoji, type, count, isOwn } = reaction
  const name = REACTIONS.find((each) => each.type === type)?.name ?? emoji
  const words = `${name}: ${whoWords(reaction)}`
  const content = (
    <>
      <span class="reaction-emoji" aria-hidden="true">
        {emoji}
      </span>
      <span class="numbers" aria-hidden="true">
        {formatCount(count)}
      </span>
      <span class="unseen">{words}</span>
    </>
  )
  // The six of Status can be sent; others came with an import.
  if (type === undefined || !actions.isWritable) {
    return (
      <span class="reaction" title={words}>
        {content}
      </span>
    )
  }
  return (
    <button
      type="button"
      class={isOwn ? 'reaction reaction-own' : 'reaction'}
      aria-pressed={isOwn}
      title={words}
      onClick={() => void actions.react(message, type)}
    >
      {content}
    </button>
  )
}

/** “Tomas, wren and 4 more”. */
function whoWords({ names, count }: ReactionView): string {
  const more = count - names.length
  const shown = names.map(displayName).join(', ')
  if (shown === '') return formatCount(count)
  return more > 0 ? `${shown} and ${formatCount(more)} more` : shown
}
