/**
 * What a host page and the widget in its iframe say to each other, version 1.
 *
 *   widget ── ready {versions, challenge} ──────────────▶ host     to the window around it
 *   host   ── hello {versions, challenge, nonce} + port ─▶ widget  to the widget’s origin alone; `nonce` is the one in its address
 *   widget ── welcome {version, rights} | refused ───────▶ host    on the port, as all that follows
 *
 * Who the host is, the browser says (`MessageEvent.origin`), not the host. Nothing here carries content of files or messages.
 */
import type { CidText } from '../rpc/call-types.ts'

/** Every version that this code speaks, newest first. */
export const PROTOCOL_VERSIONS = [1] as const
export type ProtocolVersion = (typeof PROTOCOL_VERSIONS)[number]

/** What a host page may have the widget do. */
export const RIGHTS = ['read', 'upload', 'publish'] as const
/**
 * read: show a file or a community’s history in its page · upload: learn the CID of what a person adds here ·
 * publish: have the person write to a community in its page.
 */
export type Right = (typeof RIGHTS)[number]

/** allowed: at once · asked: a person says so first · denied: not at all. */
export const DECISIONS = ['allowed', 'asked', 'denied'] as const
export type Decision = (typeof DECISIONS)[number]
export type Rights = Readonly<Record<Right, Decision>>

export const WIDGET_THEMES = ['auto', 'light', 'dark'] as const
export type WidgetTheme = (typeof WIDGET_THEMES)[number]

/** What the widget shows; its address’s fragment says the same (`view.ts`). */
export type WidgetView =
  | {
      readonly kind: 'file'
      readonly cid: CidText
      /** Multiaddrs at which the file may be found. */
      readonly addresses?: readonly string[] | undefined
      /** Where to begin to play. */
      readonly atSeconds?: number | undefined
    }
  | {
      readonly kind: 'community'
      /** “0x02…” or “0x03…”. */
      readonly id: string
      readonly channelId?: string | undefined
      readonly messageId?: string | undefined
      /** Milliseconds since 1970. */
      readonly atMs?: number | undefined
      readonly addresses?: readonly string[] | undefined
    }
  | { readonly kind: 'drop' }

export interface Appearance {
  readonly theme?: WidgetTheme | undefined
  /** A language tag, e.g. “de-CH”: how dates and numbers are written. */
  readonly locale?: string | undefined
}

/** Where what the widget stores is: in this browser’s Quire, in one of its own for this site, or nowhere. */
export type WidgetStorage = 'shared' | 'partitioned' | 'memory'

/** From the widget to the window around it, again and again until it is answered. */
export interface ReadyMessage {
  readonly type: 'quire-widget-ready'
  readonly versions: readonly number[]
  /** 32 hex digits; the answer repeats it. */
  readonly challenge: string
}

/** From the host page to the widget’s window, with one port. */
export interface HelloMessage extends Appearance {
  readonly type: 'quire-widget-hello'
  readonly versions: readonly number[]
  readonly challenge: string
  /** 32 hex digits: the ones that the host put into the address of the iframe. */
  readonly nonce: string
}

/** Why a handshake came to nothing. */
export const REFUSALS = ['malformed', 'nonce', 'version', 'origin'] as const
export type Refusal = (typeof REFUSALS)[number]

/** From the host page, on the port. */
export type HostMessage =
  | ({ readonly type: 'appearance' } & Appearance)
  | { readonly type: 'show'; readonly view: WidgetView }
  /** A file that a person gave to the host page, to be added as if it were dropped here; asks for `upload`. */
  | { readonly type: 'upload'; readonly file: Blob; readonly name?: string | undefined }

export type WidgetState =
  | { readonly state: 'starting' | 'asking' | 'loading' | 'ready' }
  | { readonly state: 'failed'; readonly error: WidgetError }

/** What a host page hears of a failure; the rest is for the person in front of it. */
export interface WidgetError {
  /** Of Quire’s one table, “ERR_…”. */
  readonly code: string
  readonly message: string
  readonly advice: string
}

/** A file that was added, as the host page learns of it. */
export interface UploadedFile {
  readonly cid: CidText
  readonly sizeBytes: number
  readonly name?: string | undefined
  readonly mediaType?: string | undefined
  /** To hand on: it opens the file in Quire. */
  readonly link: string
}

/** From the widget, on the port. */
export type WidgetMessage =
  | {
      readonly type: 'welcome'
      readonly version: ProtocolVersion
      readonly rights: Rights
      readonly storage: WidgetStorage
    }
  | { readonly type: 'refused'; readonly reason: Refusal }
  | { readonly type: 'rights'; readonly rights: Rights }
  /** So tall is what is shown, in CSS pixels. */
  | { readonly type: 'height'; readonly heightPx: number }
  | { readonly type: 'state'; readonly state: WidgetState }
  | { readonly type: 'progress'; readonly doneBytes: number; readonly totalBytes?: number | undefined }
  | { readonly type: 'uploaded'; readonly file: UploadedFile }
  /** The person went to another place of a community. */
  | { readonly type: 'moved'; readonly view: WidgetView }

/** The newest version that both speak. */
export function commonVersion(versions: readonly number[]): ProtocolVersion | undefined {
  return PROTOCOL_VERSIONS.find((version) => versions.includes(version))
}
