/**
 * One community’s live messages on this device: what is said now, and what was said in the last 30 days.
 *
 *   topic ──▶ ┐                                ┌──▶ sink (messages, newest link, newest description)
 *   answerers ┼──▶ open (signatures) ──▶ kept ─┤
 *   send ───▶ ┘                                └──▶ answers for others (`LiveAnswers`)
 */
import type { CommunityId, MessageId } from '../ids.ts'
import type { AbortOptions } from '../ports.ts'
import type { EnvelopeBytes, LiveState } from './live-types.ts'

export interface CommunitySyncInit {
  readonly community: CommunityId
  /** Multiaddrs of those who may answer, as a link carries them. */
  readonly addresses?: readonly string[] | undefined
}

/** The shape of `CommunitySync`: what a node asks of one community’s live side. */
export interface LiveCommunity {
  readonly community: CommunityId
  readonly state: LiveState
  /** Hands the sink what is kept here, then listens and asks. */
  start(): Promise<void>
  /** Ends what is on its way; what was being sent is sent by the next run. */
  stop(): Promise<void>
  /**
   * Keeps a message of this device and sends it; resolves when it is kept. It is sent again until somebody took it, also by
   * later runs; the sink hears of that.
   */
  send(message: { envelope: EnvelopeBytes; id: MessageId }): Promise<void>
  /**
   * Owners: makes a link or a description known, to those who listen and to keepers. Resolves with how many took it.
   *
   * Errors: `ERR_SIGNATURE_INVALID` (not by the community’s key), `ERR_LINK_OLD` (a newer one is known).
   */
  announce(envelope: EnvelopeBytes, options?: AbortOptions): Promise<number>
  /** Looks for those who may answer now, and asks them for all that is new. */
  refresh(): void
  /** Opens what was kept without being understood: after a key was added. */
  reopen(): Promise<void>
}
