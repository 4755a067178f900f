import { encodeCommunityLink, parseCommunityLink } from '../../codec/community-link.ts'
import { QuireError } from '../../errors.ts'
import type { KeepChoice } from '../../history/follow/keep-choice.ts'
import type { CommunityId } from '../../history/ids.ts'
import { CommunityList } from './community-list.ts'
import { CommunityRun } from './community-run.ts'
import type { HistoryFeed } from './history-feed.ts'
import type { HistoryParts } from './history-parts.ts'
import { readJson, writeJson } from './history-settings.ts'
import type { CommunityView } from './history-views.ts'

const TOTAL_QUOTA = 'total-quota'
const MIN_QUOTA_BYTES = 1024 ** 2

export interface CommunitySettings {
  readonly keep?: KeepChoice | undefined
  readonly quotaBytes?: number | undefined
  readonly isPaused?: boolean | undefined
  readonly partitionDays?: number | undefined
  readonly isSearchPublished?: boolean | undefined
}

export interface SharedPlace {
  readonly channelId: string
  readonly messageId: string
  readonly atMs: number
}

/** The communities that this device follows or owns, each with its run. */
export class Communities {
  readonly #parts: HistoryParts
  readonly #feed: HistoryFeed
  readonly #list: CommunityList
  readonly #runs = new Map<CommunityId, CommunityRun>()

  constructor(components: { parts: HistoryParts; feed: HistoryFeed }) {
    this.#parts = components.parts
    this.#feed = components.feed
    this.#list = new CommunityList(components.parts.settings)
  }

  /** A community that cannot be started is reported, and does not keep the others from it. */
  async start(): Promise<void> {
    const kept = await readJson(this.#parts.settings, TOTAL_QUOTA)
    if (typeof kept === 'number' && kept >= MIN_QUOTA_BYTES) await this.#parts.quota.setTotalBytes(kept)
    for (const record of await this.#list.restore()) {
      try {
        await this.#run(record.id)
      } catch (error) {
        this.#parts.log('error', 'a community could not be started', { community: record.id, error })
      }
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => run.stop()))
    this.#runs.clear()
  }

  all(): readonly CommunityRun[] {
    return [...this.#runs.values()]
  }

  find(id: CommunityId): CommunityRun | undefined {
    return this.#runs.get(id)
  }

  /** Errors: `ERR_COMMUNITY_NOT_FOUND`. */
  get(id: string): CommunityRun {
    const run = this.#runs.get(id as CommunityId)
    if (run === undefined) throw new QuireError('ERR_COMMUNITY_NOT_FOUND', 'This device does not follow the community.')
    return run
  }

  async views(): Promise<readonly CommunityView[]> {
    return Promise.all(this.all().map((run) => run.view()))
  }

  /** Enters a community, or joins the one that runs. */
  async enter(
    id: CommunityId,
    change: { readonly addresses?: readonly string[]; readonly isEncrypted?: boolean } = {},
    init: { readonly isNew?: boolean } = {},
  ): Promise<CommunityRun> {
    const record = await this.#list.put(id, change)
    const run = this.#runs.get(id)
    if (run !== undefined) {
      run.update(record)
      return run
    }
    const entered = await this.#run(id, init)
    // What was paused and left comes back paused.
    if (!isPausedNow(entered)) this.#tellProtocol(id, true)
    return entered
  }

  /** Errors: `ERR_COMMUNITY_LINK_INVALID`. */
  async follow(link: string): Promise<CommunityView> {
    const { community, addresses, envelope } = parseCommunityLink(link)
    const run = await this.enter(community as CommunityId, { addresses })
    if (envelope !== undefined) await run.sync.receive([envelope])
    run.sync.refresh()
    return run.view()
  }

  async leave(id: string, options: { readonly isDataRemoved: boolean }): Promise<void> {
    const run = this.get(id)
    this.#runs.delete(run.id)
    await this.#list.delete(run.id)
    const wasPaused = isPausedNow(run)
    await run.leave(options)
    if (!wasPaused) this.#tellProtocol(run.id, false)
    this.#feed.mark('communities')
  }

  /** Errors: `ERR_OPTION_INVALID`, `ERR_COMMUNITY_NOT_FOUND`. */
  async setSettings(id: string, settings: CommunitySettings): Promise<void> {
    const run = this.get(id)
    const { keep, quotaBytes, isPaused, partitionDays, isSearchPublished } = settings
    if (keep?.kind === 'weeks' && !isBetween(keep.weeks, 1, 10_000)) throw refused('The number of weeks is 1 or more.')
    if (quotaBytes !== undefined) checkQuota(quotaBytes)
    if (partitionDays !== undefined && !isBetween(partitionDays, 1, 365)) throw refused('An archive has 1 to 365 days.')
    if (keep !== undefined) run.follower.setKeep(keep)
    if (quotaBytes !== undefined) run.follower.setQuota(quotaBytes)
    const wasPaused = isPausedNow(run)
    if (isPaused === true) run.follower.pause()
    if (isPaused === false) run.follower.resume()
    if (isPausedNow(run) !== wasPaused) this.#tellProtocol(run.id, wasPaused)
    const change = {
      ...(partitionDays === undefined ? {} : { partitionDays }),
      ...(isSearchPublished === undefined ? {} : { isSearchPublished }),
    }
    run.update(await this.#list.put(run.id, change))
  }

  get totalQuotaBytes(): number {
    return this.#parts.quota.totalBytes
  }

  /** Errors: `ERR_OPTION_INVALID` (less than 1 MiB). */
  async setTotalQuotaBytes(bytes: number): Promise<void> {
    checkQuota(bytes)
    await writeJson(this.#parts.settings, TOTAL_QUOTA, bytes)
    await this.#parts.quota.setTotalBytes(bytes)
    this.#feed.mark('communities')
  }

  /** The community’s key came or went: its owner’s archives are kept in another way than a member’s. */
  async restart(id: CommunityId): Promise<void> {
    const run = this.#runs.get(id)
    if (run === undefined) return
    this.#runs.delete(id)
    await run.stop()
    await this.#run(id)
  }

  retryNow(id: string): void {
    const run = this.get(id)
    run.sync.refresh()
    run.follower.retryNow()
  }

  async shareLink(id: string, base: string, at?: SharedPlace): Promise<string> {
    const run = this.get(id)
    const { envelope } = (await this.#parts.kept.newest(run.id, 'link')) ?? {}
    const { messageId, atMs, channelId } = at ?? {}
    const place = channelId === undefined ? undefined : { channel: channelId.slice(run.id.length), messageId, atMs }
    const addresses = this.#parts.shareAddresses()
    return encodeCommunityLink(base, { community: run.id, addresses, envelope, place })
  }

  #tellProtocol(id: CommunityId, isEnabled: boolean): void {
    this.#feed.signal(id, { name: isEnabled ? 'historyArchivesProtocolEnabled' : 'historyArchivesProtocolDisabled' })
  }

  async #run(id: CommunityId, init: { readonly isNew?: boolean } = {}): Promise<CommunityRun> {
    const record = this.#list.get(id)
    if (record === undefined) throw new QuireError('ERR_COMMUNITY_NOT_FOUND', 'The community was left meanwhile.')
    const run = new CommunityRun({ parts: this.#parts, feed: this.#feed }, { ...init, record })
    this.#runs.set(id, run)
    await run.start()
    this.#feed.mark('communities')
    return run
  }
}

function isPausedNow({ follower }: CommunityRun): boolean {
  return follower.state.state === 'paused'
}

function checkQuota(bytes: number): void {
  if (!isBetween(bytes, MIN_QUOTA_BYTES, Number.MAX_SAFE_INTEGER)) throw refused('A quota is 1 MiB or more.')
}

function isBetween(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most
}

function refused(message: string): QuireError {
  return new QuireError('ERR_OPTION_INVALID', message)
}
