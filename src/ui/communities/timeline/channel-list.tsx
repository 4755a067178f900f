/** The channels of a community by category. */
import type { CategoryView, ChannelView } from '../../../rpc/history-api.ts'
import { formatCount } from '../../format/bytes.ts'
import { displayName } from '../../format/names.ts'
import { useScope } from './timeline-scope.ts'

interface Section {
  /** Undefined: channels of no category, which stand first. */
  readonly category: CategoryView | undefined
  readonly channels: readonly ChannelView[]
}

export function ChannelList() {
  const { community, channelId, host, areChannelsShown } = useScope()
  const { id, channels, categories } = community.value
  return (
    <nav class="channel-list" aria-label="Channels">
      {sectionsOf(channels, categories).map(({ category, channels }) => (
        <div key={category?.id ?? ''} class="channel-section">
          {category === undefined ? null : (
            <h2 class="channel-category" dir="auto">
              {displayName(category.name)}
            </h2>
          )}
          <ul>
            {channels.map((channel) => (
              <li key={channel.id}>
                <a
                  class="channel-link"
                  href={host.hrefOf(id, channel.id)}
                  aria-current={channel.id === channelId ? 'page' : undefined}
                  onClick={(event) => {
                    if (event.ctrlKey || event.metaKey || event.shiftKey) return
                    event.preventDefault()
                    areChannelsShown.value = false
                    host.go(id, channel.id)
                  }}
                >
                  <ChannelSign channel={channel} />
                  <bdi class="channel-name">{displayName(channel.name)}</bdi>
                  {channel.messageCount === 0 ? null : (
                    <span class="channel-count numbers" title={`${formatCount(channel.messageCount)} messages held`}>
                      {shortCount(channel.messageCount)}
                    </span>
                  )}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}

export function ChannelSign({ channel }: { channel: ChannelView }) {
  return (
    <span class="channel-sign" aria-hidden="true">
      {channel.emoji === undefined || channel.emoji === '' ? '#' : channel.emoji}
    </span>
  )
}

function sectionsOf(channels: readonly ChannelView[], categories: readonly CategoryView[]): readonly Section[] {
  const inOrder = channels.toSorted((a, b) => a.position - b.position)
  const known = new Set(categories.map(({ id }) => id))
  const loose = inOrder.filter(({ categoryId }) => categoryId === undefined || !known.has(categoryId))
  const sections = categories
    .toSorted((a, b) => a.position - b.position)
    .map((category) => ({ category, channels: inOrder.filter(({ categoryId }) => categoryId === category.id) }))
  return [{ category: undefined, channels: loose }, ...sections].filter((section) => section.channels.length > 0)
}

/** “840”, “12k”, “1.2m”. */
function shortCount(count: number): string {
  if (count < 1000) return String(count)
  if (count < 999_500) return `${count < 9950 ? (count / 1000).toFixed(1) : Math.round(count / 1000)}k`
  return `${(count / 1e6).toFixed(1)}m`
}
