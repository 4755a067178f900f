/**
 * What a backup has of communities: which are followed and how, and the keys. Messages come again from the archives, which are
 * datasets of the backup.
 */
import { parseCommunityLink } from '../../codec/community-link.ts'
import { isQuireError, QuireError } from '../../errors.ts'
import type { CommunityId } from '../../history/ids.ts'
import type { CommunityBackup, CommunityEnvelopes, HistoryKeys, RestoredKeys } from './backup-records.ts'
import type { Communities } from './communities.ts'
import type { HistoryFeed } from './history-feed.ts'
import type { HistoryParts } from './history-parts.ts'
import type { Person } from './person.ts'

/** Only its fragment is read. */
const ANY_PAGE = 'https://quire.invalid/'
const EVER = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }
/** One envelope, however large, where it has more bytes. */
const PAGE_BYTES = 512 * 1024
const PAGE_COUNT = 512

interface HistoryBackupComponents {
  readonly parts: Pick<HistoryParts, 'keyRing' | 'groupKeys' | 'kept'>
  readonly communities: Communities
  readonly person: Person
  readonly feed: HistoryFeed
}

export class HistoryBackup {
  readonly #components: HistoryBackupComponents

  constructor(components: HistoryBackupComponents) {
    this.#components = components
  }

  async communities(): Promise<readonly CommunityBackup[]> {
    const { communities } = this.#components
    const views = await communities.views()
    return Promise.all(
      views.map(async ({ id, name, isEncrypted, keep, quotaBytes, follow, partitionDays, isSearchPublished }) => {
        const link = await communities.shareLink(id, ANY_PAGE)
        const isPaused = follow.state === 'paused'
        return { id, name, link, isEncrypted, keep, quotaBytes, isPaused, partitionDays, isSearchPublished }
      }),
    )
  }

  /** Follows it as the backup says; one that is followed here keeps its own settings. Errors: `ERR_COMMUNITY_LINK_INVALID`, `ERR_OPTION_INVALID`. */
  async follow(backup: CommunityBackup): Promise<void> {
    const { communities } = this.#components
    const { community } = parseCommunityLink(backup.link)
    if (community !== backup.id) throw new QuireError('ERR_COMMUNITY_LINK_INVALID', 'Its link is another community’s.')
    const wasFollowed = communities.find(community as CommunityId) !== undefined
    if (!wasFollowed) await communities.enter(community as CommunityId, { isEncrypted: backup.isEncrypted })
    await communities.follow(backup.link)
    if (wasFollowed) return
    await communities.setSettings(community, backup)
  }

  /**
   * What is not in archives, a page at a time: each community’s newest link and description, and what was said in the last
   * 30 days.
   */
  async *envelopes(): AsyncGenerator<CommunityEnvelopes> {
    const { communities, parts } = this.#components
    for (const { id } of communities.all()) {
      const [link, description] = await Promise.all([
        parts.kept.newest(id, 'link'),
        parts.kept.newest(id, 'description'),
      ])
      const newest = [link?.envelope, description?.envelope, ...(description?.more ?? [])]
      yield { id, envelopes: newest.filter((envelope) => envelope !== undefined) }
      let cursor: Uint8Array | undefined
      do {
        const page = await parts.kept.range(id, { ...EVER, limit: PAGE_COUNT, maxBytes: PAGE_BYTES, cursor })
        yield { id, envelopes: page.envelopes.map(({ envelope }) => envelope) }
        cursor = page.cursor
      } while (cursor !== undefined)
    }
  }

  /** Of a community that is followed; each is judged as one that a peer tells. False where it is not followed. */
  async restoreEnvelopes({ id, envelopes }: CommunityEnvelopes): Promise<boolean> {
    const run = this.#components.communities.find(id as CommunityId)
    await run?.sync.receive(envelopes)
    return run !== undefined
  }

  keys(): HistoryKeys {
    const { parts, person } = this.#components
    return { displayName: person.displayName, keys: parts.keyRing.backup(), groupKeys: parts.groupKeys.backup() }
  }

  /** Takes the keys that can be taken. A community’s key makes this device its owner. */
  async restoreKeys({ displayName, keys, groupKeys }: HistoryKeys): Promise<RestoredKeys> {
    const { parts, communities, feed } = this.#components
    const refused: { what: string; error: QuireError }[] = []
    let [addedCount, knownCount] = [0, 0]
    const attempt = async (what: string, take: () => Promise<number>): Promise<void> => {
      try {
        const added = await take()
        addedCount += added
        if (added === 0) knownCount++
      } catch (error) {
        refused.push({ what, error: asKnown(error) })
      }
    }
    for (const key of keys) {
      const { name } = key
      await attempt(name, async () => {
        if (!(await parts.keyRing.restore(key))) return 0
        await this.#taken(name, displayName)
        return 1
      })
    }
    for (const text of groupKeys) {
      await attempt('group-keys', async () => (await parts.groupKeys.addText(text)).length)
    }
    for (const run of communities.all()) await run.groupKeysChanged()
    feed.mark('person', 'communities')
    return { addedCount, knownCount, refused }
  }

  async #taken(name: string, displayName: string): Promise<void> {
    const { communities, person } = this.#components
    if (name === 'person') {
      if (person.displayName === '' && displayName !== '') await person.set({ displayName })
      return
    }
    const id = name as CommunityId
    if (communities.find(id) === undefined) await communities.enter(id)
    else await communities.restart(id)
    await communities.find(id)?.keyChanged()
  }
}

function asKnown(error: unknown): QuireError {
  return isQuireError(error) ? error : new QuireError('ERR_UNKNOWN', 'It could not be taken.', { cause: error })
}
