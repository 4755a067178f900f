/** The events of Quire’s elements; they bubble, and `detail` says what they tell. */
import type {
  Rights,
  UploadedFile,
  WidgetError,
  WidgetState,
  WidgetStorage,
  WidgetView,
} from '../../widget/protocol.ts'

export interface QuireElementEventMap {
  /** The widget answered: what it may do in this page, and where it keeps what it shows. */
  'quire-welcome': { readonly rights: Rights; readonly storage: WidgetStorage }
  /** The person gave a right, or took one back. */
  'quire-rights': { readonly rights: Rights }
  /** How the widget stands: starting, asking (the person), loading, ready, failed. */
  'quire-state': { readonly state: WidgetState['state'] }
  /** What the person sees as well; `code` is of Quire’s one table, or “ERR_WIDGET_REFUSED”, “ERR_WIDGET_SILENT”. */
  'quire-error': WidgetError
  'quire-progress': { readonly doneBytes: number; readonly totalBytes?: number | undefined }
  /** A file was added; this page learns its CID. */
  'quire-uploaded': UploadedFile
  /** The person went to another place of a community: what to show to come back to it. */
  'quire-moved': { readonly view: WidgetView }
}

/** For `addEventListener`, of the elements and of what is around them. */
export type QuireElementEvents = { readonly [K in keyof QuireElementEventMap]: CustomEvent<QuireElementEventMap[K]> }

export function elementEvent<K extends keyof QuireElementEventMap>(
  type: K,
  detail: QuireElementEventMap[K],
): CustomEvent<QuireElementEventMap[K]> {
  return new CustomEvent(type, { detail, bubbles: true, composed: true })
}
