import type { CommunityId } from '../ids.ts'

/** The archive link of a message whose signature was checked: `message/open-message` gives the signer. */
export interface OfferedLink {
  /** Compressed public key of who signed it, in the form of a community’s id. */
  readonly signer: CommunityId
  readonly clockMs: number
  /** Text of the index’s CID; empty where the owner has published nothing yet. */
  readonly archiveLink: string
  /** When its envelope says that it was sent; undefined where it came without one. */
  readonly sentAtMs?: number | undefined
}
