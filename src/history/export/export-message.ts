/** What an export says of a message: a part of what the timeline shows, so that its rows fit as they are. */

export interface ExportAttachment {
  readonly index: number
  readonly kind: 'image' | 'audio' | 'file'
  readonly name: string
  readonly mediaType: string
  readonly sizeBytes?: number | undefined
  readonly isHere: boolean
  readonly remoteUrl?: string | undefined
}

export interface ExportMessage {
  readonly id: string
  readonly channelId: string
  readonly author: { readonly key: string; readonly name: string; readonly isImported: boolean }
  readonly atMs: number
  readonly text: string
  readonly signature: 'author' | 'community'
  readonly isDeleted: boolean
  readonly isEdited: boolean
  readonly isPinned: boolean
  readonly replyTo?:
    | {
        readonly messageId: string
        readonly authorName?: string | undefined
        readonly text?: string | undefined
      }
    | undefined
  readonly reactions: readonly { readonly emoji: string; readonly count: number }[]
  readonly attachments: readonly ExportAttachment[]
}

/** What could not be exported, told in the file. */
export interface ExportGap {
  readonly fromMs: number
  readonly toMs: number
  /** In plain words. */
  readonly why: string
}

export interface ExportHead {
  readonly communityId: string
  readonly communityName: string
  readonly fromMs: number
  readonly toMs: number
  /** In the order of the page. */
  readonly channels: readonly { readonly id: string; readonly name: string }[]
  readonly gaps: readonly ExportGap[]
}

export interface ExportSource {
  readonly head: ExportHead
  /** Oldest first. */
  messages(channelId: string): AsyncIterable<ExportMessage>
  /** Undefined where it is not on this device. */
  attachment(messageId: string, index: number): Promise<Uint8Array | undefined>
}

/** An archive as it was published. */
export interface ExportArchive {
  readonly archiveId: string
  readonly cid: string
  readonly fromMs: number
  readonly toMs: number
  read(): Promise<Uint8Array>
}
