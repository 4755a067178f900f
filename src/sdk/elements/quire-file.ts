import { parseView } from '../../widget/parse-parts.ts'
import type { WidgetView } from '../../widget/protocol.ts'
import { readLink } from './read-link.ts'
import { WidgetElement } from './widget-element.ts'

/**
 * `<quire-file cid="zDv…">`: shows an image or a text, plays audio and video, offers everything else to be saved.
 *
 * `cid` is a CID or a share link, whose addresses are used; `at` says where to begin to play, in seconds. With `height` the
 * element does not grow with what it shows.
 */
export class QuireFileElement extends WidgetElement {
  static readonly observedAttributes = [...WidgetElement.commonAttributes, 'cid', 'at']
  protected readonly firstHeightPx = 120

  protected readonly ownLabel = 'A file, shown by Quire'

  protected get named(): string {
    return this.textOf('cid')
  }

  protected view(): WidgetView | undefined {
    const { id, addresses } = readLink(this.named)
    const at = this.getAttribute('at')
    return parseView({ kind: 'file', cid: id, addresses, atSeconds: at === null ? undefined : Number(at) })
  }
}
