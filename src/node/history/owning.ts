import type { CommunityDescription } from '../../codec/history/community-description.ts'
import { fromHex } from '../../history/crypto/hex.ts'
import { QuireError } from '../../errors.ts'
import { isFarAhead } from '../../history/clock.ts'
import type { ImportedChat } from '../../history/imports/imported-chat.ts'
import type { ImportProblem } from '../../history/imports/imported-message.ts'
import type { AbortOptions } from '../../history/ports.ts'
import type { Publisher } from '../../history/publish/publisher.ts'
import type { Communities } from './communities.ts'
import type { CommunityRun } from './community-run.ts'
import {
  changedDescription,
  descriptionMissing,
  type CommunityChange,
  type NewCommunity,
  newDescription,
  withImportedChats,
} from './describe-community.ts'
import type { HistoryParts } from './history-parts.ts'
import type { CommunityView } from './history-views.ts'

const SECOND_MS = 1000

/** What only who holds a community’s key can do. */
export class Owning {
  readonly #parts: HistoryParts
  readonly #communities: Communities

  constructor(components: { parts: HistoryParts; communities: Communities }) {
    this.#parts = components.parts
    this.#communities = components.communities
  }

  /** Makes a key and a first description. Errors: `ERR_OPTION_INVALID`. */
  async create(community: NewCommunity): Promise<CommunityView> {
    const { keyRing, groupKeys, clock } = this.#parts
    const description = newDescription(community, clock.nowMs())
    const id = await keyRing.createCommunity()
    const isEncrypted = community.isEncrypted === true
    if (isEncrypted) await groupKeys.ensure(fromHex(id), clock.nowMs())
    const run = await this.#communities.enter(id, { isEncrypted }, { isNew: true })
    await this.#announce(run, description)
    return run.view()
  }

  /** Errors: `ERR_KEY_LOCKED`, `ERR_NOT_OWNER`, `ERR_OPTION_INVALID`. */
  async describe(id: string, change: CommunityChange): Promise<CommunityView> {
    const run = this.#communities.get(id)
    this.#parts.keyRing.signer(run.id)
    // Described anew without the words before, a community whose messages were encrypted stays so.
    const isEncrypted = run.isEncrypted || this.#parts.groupKeys.newest(fromHex(run.id)) !== undefined
    const fresh = { name: change.name ?? 'Community', isEncrypted }
    const before = run.description ?? newDescription(fresh, this.#parts.clock.nowMs())
    await this.#announce(run, changedDescription(before, change, { nowMs: this.#parts.clock.nowMs(), id: run.id }))
    return run.view()
  }

  /**
   * Channels and categories of an import are described before its messages are published. Resolves with what was left out.
   *
   * Errors: `ERR_DESCRIPTION_MISSING`, `ERR_KEY_LOCKED`, `ERR_NOT_OWNER`.
   */
  async addChats(run: CommunityRun, chats: readonly ImportedChat[]): Promise<ImportProblem[]> {
    if (run.description === undefined) throw descriptionMissing()
    const { description, leftOut } = withImportedChats(run.description, chats, this.#parts.clock.nowMs())
    if (description !== run.description) await this.#announce(run, description)
    return leftOut.map((where) => ({ where, what: 'The community has no room for another channel.' }))
  }

  /** Makes what is due, announces the link. Errors: `ERR_KEY_LOCKED`, `ERR_NOT_OWNER`, those of `Publisher.publishNow`. */
  async publishNow(id: string, options: AbortOptions = {}): Promise<void> {
    const publisher = await this.publisherOf(this.#communities.get(id))
    const { clock } = this.#parts
    // Archives count in seconds and end before the one that runs: what was said in it belongs to “now”, too.
    const leftMs = (SECOND_MS - (clock.nowMs() % SECOND_MS)) % SECOND_MS
    if (leftMs > 0) await clock.sleep(leftMs, options)
    await publisher.publishNow(options)
  }

  /** Errors: `ERR_KEY_LOCKED`, `ERR_NOT_OWNER`. */
  async publisherOf(run: CommunityRun): Promise<Publisher> {
    this.#parts.keyRing.signer(run.id)
    const publisher = await run.owner.publisher()
    if (publisher !== undefined) return publisher
    throw new QuireError('ERR_KEY_LOCKED', 'The community’s key was unlocked this moment. Try again.')
  }

  async #announce(run: CommunityRun, description: CommunityDescription): Promise<void> {
    const { maker, keyRing, clock } = this.#parts
    // Links before this one are refused from now on, also by who has never seen it.
    const clocks = [description.archiveLinkClockMs, run.follower.link?.clockMs ?? 0]
    const archiveLinkClockMs = Math.max(0, ...clocks.filter((ms) => !isFarAhead(ms, clock.nowMs())))
    const signed = { ...description, archiveLinkClockMs }
    await run.sync.announce(await maker.description(run.id, signed, keyRing.signer(run.id)))
  }
}
