import { parseView } from '../../widget/parse-parts.ts'
import type { WidgetView } from '../../widget/protocol.ts'
import { readLink } from './read-link.ts'
import { WidgetElement } from './widget-element.ts'

/**
 * `<quire-community id="0x02…">`: the history of a community, to read and search, and to write where the person agrees.
 *
 * What it shows is the attribute `community`, or else `id`: an id or a link to a community, a channel or a message. It
 * scrolls within itself; its height is the attribute `height` in CSS pixels, 560 unless told.
 */
export class QuireCommunityElement extends WidgetElement {
  static readonly observedAttributes = [...WidgetElement.commonAttributes, 'id', 'community']

  protected readonly firstHeightPx = 560
  protected readonly ownLabel = 'The history of a community, shown by Quire'

  protected get named(): string {
    const id = this.textOf('id')
    // Any element may have an id of another kind.
    return this.textOf('community') || (viewOf(id) === undefined ? '' : id)
  }

  protected view(): WidgetView | undefined {
    return viewOf(this.named)
  }
}

function viewOf(text: string): WidgetView | undefined {
  const { id, channelId, messageId, atMs, addresses } = readLink(text)
  return parseView({ kind: 'community', id, channelId, messageId, atMs, addresses })
}
