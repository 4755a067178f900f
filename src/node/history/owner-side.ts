/**
 * What a community’s owner does beside following it: keeps what was said until it is archived, and publishes.
 *
 *   envelopes ──▶ OwnerLog ──▶ KvEnvelopeLog ──▶ Publisher ──▶ archives, index, link ──▶ CommunitySync.announce
 */
import { cidText } from '../../codec/cid.ts'
import type { CommunityDescription } from '../../codec/history/community-description.ts'
import type { WakuMessage } from '../../codec/history/waku.ts'
import { QuireError } from '../../errors.ts'
import { unsealArchive } from '../../history/crypto/archive-seal.ts'
import type { GroupKey } from '../../history/crypto/hash-ratchet.ts'
import { topicOf, universalChatId } from '../../history/crypto/topics.ts'
import type { CommunityFollower } from '../../history/follow/community-follower.ts'
import type { CommunityId } from '../../history/ids.ts'
import type { CommunitySync } from '../../history/live/community-sync.ts'
import { KvEnvelopeLog } from '../../history/publish/kv-envelope-log.ts'
import type { PublishState } from '../../history/publish/publish-state.ts'
import { Publisher } from '../../history/publish/publisher.ts'
import type { CommunityRecord } from './community-list.ts'
import { descriptionMissing } from './describe-community.ts'
import type { HistoryFeed } from './history-feed.ts'
import type { HistoryParts } from './history-parts.ts'
import { OwnerLog } from './owner-log.ts'
import { privilegedOf } from './privileged.ts'

/** How long an owner’s first archives wait for what was said while they were away. */
const CATCH_UP_MS = 30_000

/** The community’s run. */
interface OwnedCommunity {
  readonly id: CommunityId
  readonly sync: Pick<CommunitySync, 'announce' | 'replay'>
  readonly follower: Pick<CommunityFollower, 'archives' | 'link'>
  readonly record: CommunityRecord
  readonly isEncrypted: boolean
  readonly description: CommunityDescription | undefined
  groupKey(): GroupKey
  onLink(community: CommunityId, link: { readonly clockMs: number; readonly archiveLink: string }): void
}

interface OwnerSideComponents {
  readonly parts: HistoryParts
  readonly feed: HistoryFeed
  readonly run: OwnedCommunity
}

export class OwnerSide {
  readonly #parts: HistoryParts
  readonly #feed: HistoryFeed
  readonly #run: OwnedCommunity
  readonly #log: KvEnvelopeLog
  readonly #ownerLog: OwnerLog
  readonly #caughtUp = Promise.withResolvers<void>()
  readonly #stopping = new AbortController()
  #isLogWhole = true
  #publisher: Publisher | undefined
  #publishing: Promise<void> = Promise.resolve()

  constructor({ parts, feed, run }: OwnerSideComponents, init: { readonly isNew?: boolean | undefined }) {
    this.#parts = parts
    this.#feed = feed
    this.#run = run
    // Nobody can have said anything in it.
    if (init.isNew === true) this.#caughtUp.resolve()
    this.#log = new KvEnvelopeLog(parts.kv, { community: run.id, log: 'live' })
    const onAppended = async (): Promise<void> => this.#publisher?.noteMessages()
    this.#ownerLog = new OwnerLog({
      log: this.#log,
      onAppended,
      onFailed: () => this.#replayAgain(),
      report: parts.log,
    })
  }

  /** Undefined where the community’s key is not here, or is locked. */
  get state(): PublishState | undefined {
    return this.#canSign ? this.#publisher?.state : undefined
  }

  /** Once it has started; undefined where the community’s key is not here. With a locked one, it only tells of its link. */
  async publisher(): Promise<Publisher | undefined> {
    await this.#publishing
    return this.#publisher
  }

  /** The community’s key came, was unlocked, or went. */
  async keyChanged(): Promise<void> {
    const isOwner = this.#parts.keyRing.view(this.#run.id) !== undefined
    if (!isOwner) await this.#replayAgain()
    if (isOwner === (this.#publisher !== undefined)) {
      this.#publisher?.keyChanged()
      return
    }
    const before = this.#publisher
    this.#publisher = isOwner ? this.#createPublisher() : undefined
    await before?.stop()
    if (this.#publisher !== undefined) this.#publishing = this.#startPublisher(this.#publisher)
    this.#feed.mark('communities')
  }

  setPartitionDays(days: number): void {
    this.#publisher?.setPartitionDays(days)
  }

  setSearchPublished(isPublished: boolean): void {
    this.#publisher?.setSearchPublished(isPublished)
  }

  /** Those that this device has published, of a community that it leaves. */
  async removeSearches({ isDataRemoved }: { readonly isDataRemoved: boolean }): Promise<void> {
    if (!isDataRemoved || this.#parts.keyRing.view(this.#run.id) === undefined) return
    for (const { entry } of this.#run.follower.archives) {
      if (entry.searchCid !== undefined) await this.#parts.datasets.remove(entry.searchCid)
    }
  }

  /** What was said while this device was away is here, or nobody has it. */
  noteCaughtUp(): void {
    this.#caughtUp.resolve()
  }

  note(message: WakuMessage): void {
    this.#ownerLog.note(message)
  }

  /** Resolves when everything that was noted is kept. */
  async noted(): Promise<void> {
    await this.#ownerLog.settled()
  }

  /** Ends what is on its way; what is done is kept. */
  async stop(): Promise<void> {
    this.#stopping.abort(new QuireError('ERR_NODE_STOPPED', 'The community is not followed any more.'))
    await this.#publishing
    await this.#publisher?.stop()
    await this.#ownerLog.settled()
  }

  /** What is said while the key is not here does not come into the log. */
  async #replayAgain(): Promise<void> {
    this.#isLogWhole = false
    await this.#parts.settings.delete(this.#replayedKey)
  }

  get #replayedKey(): string {
    return `owner-log/${this.#run.id}`
  }

  /** What was said before this device could publish is kept first, and what was said while it was away is asked for. */
  async #startPublisher(publisher: Publisher): Promise<void> {
    const { settings, clock, log } = this.#parts
    const { signal } = this.#stopping
    try {
      if ((await settings.get(this.#replayedKey)) === undefined) {
        this.#isLogWhole = true
        await this.#run.sync.replay()
        await this.#ownerLog.settled()
        if (this.#isLogWhole) await settings.set(this.#replayedKey, Uint8Array.of(1))
      }
      await Promise.race([this.#caughtUp.promise, clock.sleep(CATCH_UP_MS, { signal })])
      signal.throwIfAborted()
      await publisher.start()
    } catch (error) {
      if (!signal.aborted) log('error', 'a community cannot be published from this device', { error })
    }
    this.#feed.mark('communities')
  }

  /** Whether it is encrypted is known once its description is here, which on the owner’s next device comes late. */
  async #seal(bytes: Uint8Array): Promise<Uint8Array> {
    const run = this.#run
    if (run.isEncrypted) return this.#parts.maker.archive(bytes, run.groupKey())
    if (run.description !== undefined) return bytes
    throw descriptionMissing()
  }

  get #canSign(): boolean {
    return this.#parts.keyRing.view(this.#run.id)?.isLocked === false
  }

  #createPublisher(): Publisher {
    const { keyRing, groupKeys, maker } = this.#parts
    const components = {
      ...this.#parts,
      log: this.#log,
      signLink: async (link: { clockMs: number; archiveLink: string }) =>
        maker.link(this.#run.id, link, keyRing.signer(this.#run.id)),
      announce: (envelope: Uint8Array, options: { readonly signal?: AbortSignal | undefined }) =>
        this.#run.sync.announce(envelope, options),
      newestLink: () => this.#run.follower.link,
      floorClockMs: () => this.#run.description?.archiveLinkClockMs ?? 0,
      seal: (bytes: Uint8Array) => this.#seal(bytes),
      privileged: () => privilegedOf(this.#run.description),
      unseal: (bytes: Uint8Array) => unsealArchive(bytes, groupKeys),
    }
    return new Publisher(components, {
      community: this.#run.id,
      canSign: () => this.#canSign,
      topics: () => [topicOf(universalChatId(this.#run.id))],
      partitionDays: this.#run.record.partitionDays,
      isSearchPublished: this.#run.record.isSearchPublished,
      onState: () => this.#feed.mark('communities'),
      onSignal: (signal) => this.#feed.signal(this.#run.id, signal),
      onLink: ({ clockMs, indexCid }) => this.#run.onLink(this.#run.id, { clockMs, archiveLink: cidText(indexCid) }),
    })
  }
}
