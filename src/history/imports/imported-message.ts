/** What every export of another service becomes before it is signed: one shape for Discord, Slack, Telegram, mail and JSON lines. */

export type ImportKind = 'discord' | 'slack' | 'telegram' | 'mbox' | 'json-lines'

export interface ImportedChannel {
  /** The service’s own name for it; stable over exports, so that a second import finds the same channel. */
  readonly sourceId: string
  readonly name: string
  readonly topic?: string | undefined
  readonly category?: string | undefined
}

export interface ImportedAuthor {
  readonly sourceId: string
  readonly name: string
  readonly avatarUrl?: string | undefined
}

export interface ImportedAttachment {
  readonly name: string
  readonly mediaType: string
  readonly sizeBytes?: number | undefined
  /** Only where it is http or https. */
  readonly url?: string | undefined
  /** Where the export has the file with it, and it is small enough for a message. */
  readonly bytes?: Uint8Array | undefined
}

export interface ImportedReaction {
  /** An emoji, or the service’s name of one of its own without colons. */
  readonly emoji: string
  readonly count: number
}

export interface ImportedMessage {
  /** Unique within its channel. */
  readonly sourceId: string
  readonly channelId: ImportedChannel['sourceId']
  readonly author: ImportedAuthor
  readonly atMs: number
  readonly editedAtMs?: number | undefined
  readonly text: string
  /** The `sourceId` of a message of the same channel; the first message of a thread counts as what its answers reply to. */
  readonly replyTo?: string | undefined
  /** The `sourceId` of a message that this one pins, as services tell it in a line of its own. */
  readonly pins?: string | undefined
  readonly isPinned: boolean
  readonly attachments: readonly ImportedAttachment[]
  readonly reactions: readonly ImportedReaction[]
}

export interface ImportProblem {
  /** A line, a message id or a file’s name in the export. */
  readonly where: string
  readonly what: string
}

/** Where reading goes on after an interruption: everything before it has been handed out. */
export interface ImportMark {
  /** Files of the export that were read to their end. */
  readonly doneFiles: number
  /** Messages of the next file that were handed out. */
  readonly doneMessages: number
}

/** What was read since the batch before; at most `MAX_BATCH_MESSAGES` messages. */
export interface ImportBatch {
  /** New ones; a channel comes before its first message. */
  readonly channels: readonly ImportedChannel[]
  readonly messages: readonly ImportedMessage[]
  readonly problems: readonly ImportProblem[]
  /** Of the files as they were chosen, so a ZIP counts packed. */
  readonly readBytes: number
  readonly totalBytes: number
  readonly mark: ImportMark
}
