/** What can be said of a key without its secret. */
import type { AuthorKey, CommunityId } from '../ids.ts'

/** A community’s id for its key, or this device’s person. */
export type KeyName = CommunityId | 'person'

export interface KeyView {
  readonly name: KeyName
  /** Uncompressed; what a person’s messages are signed by. */
  readonly author: AuthorKey
  /** Wrapped by a passphrase on this device. */
  readonly hasPassphrase: boolean
  /** Wrapped, and the passphrase was not given in this run. */
  readonly isLocked: boolean
  /** True once its owner has said that the text file is kept. */
  readonly isSaved: boolean
}

/** A hash-ratchet key of an encrypted community or of one of its channels. */
export interface GroupKey {
  /** The bytes that the key belongs to: a community’s id, or a channel’s chat id as text. */
  readonly groupId: Uint8Array
  /** When it was made; part of its key id. */
  readonly timestampMs: number
  /** 32 bytes. */
  readonly key: Uint8Array
}
