import type { WidgetView } from '../../widget/protocol.ts'
import { WidgetElement } from './widget-element.ts'

/**
 * `<quire-drop>`: a place for files. A person adds them to Quire; where they agree, this page learns the CIDs (`quire-uploaded`).
 */
export class QuireDropElement extends WidgetElement {
  static readonly observedAttributes = WidgetElement.commonAttributes
  protected readonly firstHeightPx = 200

  protected get label(): string {
    return this.getAttribute('label') ?? 'Add files to Quire'
  }

  /** Adds a file that a person gave to this page, as if it were dropped here; the person is asked just the same. */
  add(file: Blob, name?: string): void {
    this.send({ type: 'upload', file, name: name ?? (file instanceof File ? file.name : undefined) })
  }

  protected view(): WidgetView {
    return { kind: 'drop' }
  }
}
