/**
 * Quire’s elements for any page: `<quire-file>`, `<quire-community>`, `<quire-drop>`. Loading this defines them.
 *
 *   <script type="module" src="https://quire.example/elements.js"></script>
 */
import type { QuireElementEvents } from './events.ts'
import { QuireCommunityElement } from './quire-community.ts'
import { QuireDropElement } from './quire-drop.ts'
import { QuireFileElement } from './quire-file.ts'

export type { QuireElementEventMap } from './events.ts'
export type { Rights, UploadedFile, WidgetError, WidgetStorage, WidgetView } from '../../widget/protocol.ts'
export { setWidgetSite } from './widget-site.ts'
export { QuireCommunityElement, QuireDropElement, QuireFileElement }

const ELEMENTS = {
  'quire-file': QuireFileElement,
  'quire-community': QuireCommunityElement,
  'quire-drop': QuireDropElement,
} as const

for (const [name, element] of Object.entries(ELEMENTS)) {
  // Two copies of this script in one page are one too many, and no failure; a server that makes pages ahead has no elements.
  if (globalThis.customElements?.get(name) === undefined) globalThis.customElements?.define(name, element)
}

declare global {
  interface GlobalEventHandlersEventMap extends QuireElementEvents {}
  interface HTMLElementTagNameMap {
    'quire-file': QuireFileElement
    'quire-community': QuireCommunityElement
    'quire-drop': QuireDropElement
  }
}
