/**
 * The owner’s side of a community’s archives: what was said becomes archives, an index of all of them, and a signed link.
 *
 *   MessageSource ─ partition ─▶ chunks ─ encode, seal ─▶ datasets.publish ─▶ entries ─┐  (journal after each)
 *   the index before, here or fetched ────────────────────────────────────── merge ─┴─▶ index ─▶ link ─▶ announce
 *                                                              only then the index before is removed ◀─┘
 */
import type { HistoryClock } from '../clock.ts'
import type { AcceptedLink } from '../follow/accept-link.ts'
import type { OnSignal } from '../follow/signals.ts'
import type { CommunityId } from '../ids.ts'
import type { AbortOptions, HistoryDatasets, HistorySettings } from '../ports.ts'
import type { EnvelopeLog, MessageSource } from './message-source.ts'
import type { PublishState } from './publish-state.ts'

export interface PublisherComponents {
  readonly datasets: HistoryDatasets
  readonly settings: HistorySettings
  /** The community’s live messages. */
  readonly log: EnvelopeLog
  /** Signs and wraps a link: `message/sign-message` with the community’s key. Errors: `ERR_KEY_LOCKED`. */
  readonly signLink: (link: { clockMs: number; archiveLink: string }) => Promise<Uint8Array>
  /** `CommunitySync.announce`. Resolves with how many took it. */
  readonly announce: (envelope: Uint8Array, options: AbortOptions) => Promise<number>
  /** The follower’s newest link: another device of the owner’s may have published since. */
  readonly newestLink: () => AcceptedLink | undefined
  /** Of encrypted communities: `crypto/archive-seal` with the newest group key. Errors: `ERR_GROUP_KEY_MISSING`. */
  readonly seal?: ((bytes: Uint8Array) => Promise<Uint8Array>) | undefined
  readonly unseal?: ((bytes: Uint8Array) => Promise<Uint8Array>) | undefined
  readonly clock?: HistoryClock | undefined
}

export interface PublisherInit {
  readonly community: CommunityId
  /** The 4-byte content topics that archives say they hold: of the channels and the universal one. */
  readonly topics: () => readonly Uint8Array[]
  readonly partitionDays?: number | undefined
  readonly onState?: ((state: PublishState) => void) | undefined
  readonly onSignal?: OnSignal | undefined
  /** A new link was signed: the owner’s own follower reads it like any member’s. */
  readonly onLink?: ((link: AcceptedLink, envelope: Uint8Array) => void) | undefined
}

/** Messages from elsewhere: `id` names them in the journal, so that an interrupted run is taken up again. */
export interface ImportedSource {
  readonly id: string
  readonly source: MessageSource
}

/** The shape of `Publisher`: what a node asks of the owner’s side. */
export interface CommunityPublisher {
  readonly state: PublishState
  /** Announces the newest link, takes up an interrupted run, makes what is due, and goes on every partition. */
  start(): Promise<void>
  /** Ends what is on its way; what is done is kept. Nothing is removed. */
  stop(): Promise<void>
  /** Makes archives up to this moment, the last of them shorter. Errors: `ERR_KEY_LOCKED`, `ERR_STORE_FULL`, those of `fetch`. */
  publishNow(options?: AbortOptions): Promise<void>
  /** Makes archives of an import, beside those of the live messages. Errors: as `publishNow`. */
  publishImport(source: ImportedSource, options?: AbortOptions): Promise<void>
  setPartitionDays(days: number): void
}
