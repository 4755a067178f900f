/** What `FakeHistory` knows, and how it tells of it. */
import { QuireError } from '../../errors.ts'
import type {
  CommunityId,
  CommunityView,
  HistoryApi,
  HistoryEvent,
  ImportView,
  MessageView,
  PersonView,
} from '../../rpc/history-api.ts'
import { FakeCommunity, type FakeCommunityInit } from './fake-history-community.ts'
import { GALLERY_NOW_MS, hexOf } from './history-messages.ts'

export interface FakeHistoryInit {
  readonly communities?: readonly FakeCommunityInit[] | undefined
  readonly person?: PersonView | undefined
  readonly imports?: readonly ImportView[] | undefined
}

/** What a test lets happen in place of the fake’s own behaviour, and how long one step of a long task takes. */
export type FakeHistoryOverrides = Partial<Omit<HistoryApi, 'watch'>> & { readonly stepMs?: number | undefined }

export class FakeHistoryState {
  /** The calls that change something, in order: “retryNow”. */
  readonly calls: string[] = []
  protected readonly overrides: FakeHistoryOverrides
  protected readonly stepMs: number
  protected communities: readonly FakeCommunity[]
  protected person: PersonView | undefined
  protected imports: readonly ImportView[]
  readonly #listeners = new Set<(event: HistoryEvent) => void>()
  #made = 0

  constructor({ communities = [], person, imports = [] }: FakeHistoryInit = {}, overrides: FakeHistoryOverrides = {}) {
    this.communities = communities.map((community) => new FakeCommunity(community))
    this.person = person
    this.imports = imports
    this.overrides = overrides
    this.stepMs = overrides.stepMs ?? 250
  }

  emit(event: HistoryEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  /** Changes what is told of a community. */
  show(id: CommunityId, change: Partial<CommunityView>): CommunityView {
    const community = this.community(id)
    community.view = { ...community.view, ...change }
    this.tellCommunities()
    return community.view
  }

  showPerson(person: PersonView | undefined): void {
    this.person = person
    this.emit({ type: 'person', person })
  }

  showImports(imports: readonly ImportView[]): void {
    this.imports = imports
    this.emit({ type: 'imports', imports })
  }

  /** Somebody else writes. */
  receive(
    id: CommunityId,
    message: Omit<MessageView, 'id' | 'atMs'> & Partial<Pick<MessageView, 'id' | 'atMs'>>,
  ): MessageView {
    this.#made += 1
    const arrived = { id: hexOf(500_000 + this.#made, 32), atMs: GALLERY_NOW_MS + this.#made * 1000, ...message }
    const community = this.community(id)
    community.messages = [...community.messages, arrived].toSorted((a, b) => a.atMs - b.atMs)
    this.touch(id, arrived)
    return arrived
  }

  async watch(listener: (event: HistoryEvent) => void): Promise<() => void> {
    // First: what is told makes the page act, and of that it is told, too.
    this.#listeners.add(listener)
    listener({ type: 'communities', communities: this.communities.map(({ view }) => view) })
    listener({ type: 'person', person: this.person })
    listener({ type: 'imports', imports: this.imports })
    return () => this.#listeners.delete(listener)
  }

  /** A community by its id, or the first one. Errors: `ERR_COMMUNITY_NOT_FOUND`. */
  community(id?: CommunityId): FakeCommunity {
    const found = this.communities.find(({ view }) => id === undefined || view.id === id)
    if (found === undefined) throw new QuireError('ERR_COMMUNITY_NOT_FOUND', 'This community is not followed here.')
    return found
  }

  protected add(community: FakeCommunity): CommunityView {
    this.communities = [...this.communities, community]
    this.tellCommunities()
    return community.view
  }

  protected tellCommunities(): void {
    this.emit({ type: 'communities', communities: this.communities.map(({ view }) => view) })
  }

  protected touch(communityId: CommunityId, what: MessageView | { fromMs: number; toMs: number }): void {
    if ('fromMs' in what) return this.emit({ type: 'touched', communityId, ...what })
    const { atMs, channelId } = what
    this.emit({ type: 'touched', communityId, channelIds: [channelId], fromMs: atMs, toMs: atMs })
  }
}
