/** What publishing a community’s history takes. */
import type { HistoryClock } from '../clock.ts'
import type { GroupKeys } from '../crypto/hash-ratchet.ts'
import type { AcceptedLink } from '../follow/accept-link.ts'
import type { OnSignal } from '../follow/signals.ts'
import type { AuthorKey, CommunityId } from '../ids.ts'
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
  /** The clock that the newest description names: members refuse links whose clock is less. */
  readonly floorClockMs?: (() => number) | undefined
  /** Of encrypted communities: `crypto/archive-seal` with the newest group key. Errors: `ERR_GROUP_KEY_MISSING`. */
  readonly seal?: ((bytes: Uint8Array) => Promise<Uint8Array>) | undefined
  /** Opens sealed indexes, gives others back as they are. Errors: `ERR_GROUP_KEY_MISSING`. */
  readonly unseal: (bytes: Uint8Array) => Promise<Uint8Array>
  /** Opens what search indexes are made of; left out where none are published. */
  readonly groupKeys?: GroupKeys | undefined
  /** Who may delete what others wrote, as the newest description says. */
  readonly privileged?: (() => ReadonlySet<AuthorKey>) | undefined
  readonly clock?: HistoryClock | undefined
}

export interface PublisherInit {
  readonly community: CommunityId
  /** The 4-byte content topics that archives say they hold: of the channels and the universal one. */
  readonly topics: () => readonly Uint8Array[]
  /** Whether the community’s key is unlocked; while it is not, the link that was signed last is announced and nothing is made. */
  readonly canSign?: (() => boolean) | undefined
  /** 1 to 365; 7 unless told. */
  readonly partitionDays?: number | undefined
  /** Whether archives get search indexes; not unless told. */
  readonly isSearchPublished?: boolean | undefined
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
