import type { WidgetView } from '../../widget/protocol.ts'
import { WidgetElement } from './widget-element.ts'

/**
 * `<quire-drop>`: a place for files. A person adds them to Quire; where they agree, this page learns the CIDs (`quire-uploaded`).
 */
export class QuireDropElement extends WidgetElement {
  static readonly observedAttributes = WidgetElement.commonAttributes
  protected readonly firstHeightPx = 200
  protected readonly ownLabel = 'Add files to Quire'
  protected readonly named = 'drop'

  /**
   * Adds a file that a person gave to this page, as if it were dropped here; the person is asked just the same. At most 32 wait
   * for an answer.
   *
   * Throws a `DOMException` “InvalidStateError” where the element is in no page.
   */
  add(file: Blob, name?: string): void {
    if (!this.isConnected) throw new DOMException('This element is in no page.', 'InvalidStateError')
    this.send({ type: 'upload', file, name: name ?? (file instanceof File ? file.name : undefined) })
  }

  protected view(): WidgetView {
    return { kind: 'drop' }
  }
}
