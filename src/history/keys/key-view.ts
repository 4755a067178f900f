/** What can be said of a key without its secret. */
import type { AuthorKey, CommunityId } from '../ids.ts'

/** A community’s id for its key, or this device’s person. */
export type KeyName = CommunityId | 'person'

export interface KeyView {
  readonly name: KeyName
  /** Uncompressed; what messages that it signs are known by. */
  readonly author: AuthorKey
  /** Wrapped by a passphrase on this device. */
  readonly hasPassphrase: boolean
  /** Wrapped, and the passphrase was not given in this run. */
  readonly isLocked: boolean
  /** True once its owner has said that the text file is kept. */
  readonly isSaved: boolean
}
