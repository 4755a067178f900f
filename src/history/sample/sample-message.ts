/** What the sample’s generator makes, before anybody signs it. */

export interface SampleInit {
  /** Another seed makes another community. */
  readonly seed: string
  /** Chat messages: what one can read. Reactions, edits, deletions and pins come on top. */
  readonly messages: number
  readonly weeks: number
  readonly channels: number
  readonly persons: number
  /** Where the last week ends. */
  readonly endMs: number
}

export interface SampleChannel {
  /** A version-4 UUID. */
  readonly uuid: string
  readonly name: string
  readonly description: string
  readonly emoji: string
  readonly categoryId: string
}

export interface SamplePlan {
  readonly name: string
  readonly description: string
  readonly color: string
  readonly categories: readonly { readonly id: string; readonly name: string }[]
  readonly channels: readonly SampleChannel[]
  readonly personNames: readonly string[]
}

interface SampleBase {
  /** Place in `personNames`. */
  readonly person: number
  /** Place in `channels`. */
  readonly channel: number
  readonly atMs: number
}

/** `target` and `replyTo` are places in the same week’s list. */
export type SampleMessage =
  | (SampleBase & {
      readonly kind: 'chat'
      readonly text: string
      readonly replyTo?: number | undefined
      readonly image?: { readonly png: Uint8Array; readonly width: number; readonly height: number } | undefined
    })
  | (SampleBase & { readonly kind: 'edit'; readonly target: number; readonly text: string })
  | (SampleBase & { readonly kind: 'delete'; readonly target: number })
  | (SampleBase & { readonly kind: 'pin'; readonly target: number })
  | (SampleBase & { readonly kind: 'reaction'; readonly target: number; readonly type: number })
