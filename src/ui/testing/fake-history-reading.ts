/** The following and reading half of `FakeHistory`. */
import { QuireError } from '../../errors.ts'
import type { CallOptions } from '../../rpc/api.ts'
import type {
  ActivityView,
  ArchiveView,
  ChannelId,
  ChannelView,
  CommunityId,
  CommunitySettings,
  CommunityView,
  FollowState,
  HistoryApi,
  MessageId,
  MessageView,
  NewCommunity,
  SearchView,
  TimelineAnchor,
  TimelinePage,
} from '../../rpc/history-api.ts'
import { FakeCommunity } from './fake-history-community.ts'
import { FakeHistoryState } from './fake-history-state.ts'
import { fakePicture, pause } from './fake-history-parts.ts'
import { GALLERY_NOW_MS, hexOf } from './history-messages.ts'

export class FakeHistoryReading extends FakeHistoryState {
  #totalQuotaBytes = 5_000_000_000

  async create(wanted: NewCommunity): Promise<CommunityView> {
    this.calls.push(`create ${wanted.name}`)
    if (this.overrides.create !== undefined) return this.overrides.create(wanted)
    const { name, description = '', color, channels = ['general'], isEncrypted = false } = wanted
    const id = hexOf(80_000 + this.communities.length, 33, '02')
    const view = {
      id,
      name,
      description,
      color,
      isEncrypted,
      isOwner: true,
      isKeySaved: false,
      categories: [],
      follow: { state: 'nothing-published' },
      linkClockMs: undefined,
      indexCid: undefined,
      isSearchPublished: true,
      channels: channels.map((channel, position) => channelOf(id, channel, position)),
    } as const
    return this.add(new FakeCommunity({ seed: 900 + this.communities.length, messageCount: 0, weeks: 0, view }))
  }

  async describe(id: CommunityId, change: Parameters<HistoryApi['describe']>[1]): Promise<CommunityView> {
    this.calls.push(`describe ${JSON.stringify(change)}`)
    if (this.overrides.describe !== undefined) return this.overrides.describe(id, change)
    const { channels: given, ...words } = change
    const known = this.community(id).view.channels
    const channels = given?.map((channel, position) => {
      const before = known.find((each) => each.id === channel.id)
      return before === undefined ? channelOf(id, channel.name, position) : { ...before, name: channel.name, position }
    })
    return this.show(id, { ...words, ...(channels === undefined ? {} : { channels }) })
  }

  async follow(link: string): Promise<CommunityView> {
    this.calls.push(`follow ${link}`)
    if (this.overrides.follow !== undefined) return this.overrides.follow(link)
    const id = /0x0[23][0-9a-f]{64}/i.exec(link)?.[0].toLowerCase()
    if (id === undefined) throw new QuireError('ERR_COMMUNITY_LINK_INVALID', 'This text holds no community.')
    const known = this.communities.find(({ view }) => view.id === id)
    if (known !== undefined) return known.view
    const view = { id, name: 'Friends of the Old Mill', follow: { state: 'looking', askedPeers: 2 } } as const
    return this.add(new FakeCommunity({ seed: 700 + this.communities.length, messageCount: 0, view }))
  }

  async leave(id: CommunityId, options: { isDataRemoved: boolean }): Promise<void> {
    this.calls.push(`leave ${options.isDataRemoved ? 'and remove' : 'and keep'}`)
    await this.overrides.leave?.(id, options)
    this.communities = this.communities.filter(({ view }) => view.id !== id)
    this.tellCommunities()
  }

  async setSettings(id: CommunityId, { isPaused, ...settings }: CommunitySettings): Promise<void> {
    this.calls.push(`setSettings ${JSON.stringify({ isPaused, ...settings })}`)
    await this.overrides.setSettings?.(id, { isPaused, ...settings })
    const { view } = this.community(id)
    const follow = followAfter(isPaused, view.follow)
    this.show(id, {
      keep: settings.keep ?? view.keep,
      quotaBytes: settings.quotaBytes ?? view.quotaBytes,
      partitionDays: settings.partitionDays ?? view.partitionDays,
      isSearchPublished: settings.isSearchPublished ?? view.isSearchPublished,
      follow,
    })
  }

  async totalQuotaBytes(): Promise<number> {
    return this.#totalQuotaBytes
  }

  async setTotalQuotaBytes(bytes: number): Promise<void> {
    this.calls.push(`setTotalQuotaBytes ${bytes}`)
    await this.overrides.setTotalQuotaBytes?.(bytes)
    this.#totalQuotaBytes = bytes
  }

  async retryNow(id: CommunityId): Promise<void> {
    this.calls.push('retryNow')
    if (this.overrides.retryNow !== undefined) return this.overrides.retryNow(id)
    this.show(id, { follow: { state: 'looking', askedPeers: 3 } })
  }

  async shareLink(id: CommunityId, base: string, at?: Parameters<HistoryApi['shareLink']>[2]): Promise<string> {
    if (this.overrides.shareLink !== undefined) return this.overrides.shareLink(id, base, at)
    const address = encodeURIComponent(
      '/dns4/keeper.example.org/tcp/443/tls/ws/p2p/16Uiu2HAm4v86W3bmT1BiH6oSPzcsSr31iDQpSN5Qa882BCjjwgrD',
    )
    const place = at === undefined ? '' : `/${at.channelId.slice(id.length)}`
    const focus = at === undefined ? '' : `m=${at.messageId}&t=${at.atMs}&`
    return `${base}#/c/${id}${place}?${focus}maddrs=${address}`
  }

  async archives(id: CommunityId): Promise<readonly ArchiveView[]> {
    return this.community(id).archives
  }

  async fetchSpan(id: CommunityId, span: { fromMs: number; toMs: number }, options: CallOptions = {}): Promise<void> {
    this.calls.push(`fetchSpan ${span.fromMs} ${span.toMs}`)
    if (this.overrides.fetchSpan !== undefined) return this.overrides.fetchSpan(id, span, options)
    const community = this.community(id)
    if (community.mark(span, 'fetching').length === 0) return
    this.touch(id, span)
    await pause(this.stepMs, options.signal)
    community.mark(span, 'held')
    this.tellCommunities()
    this.touch(id, span)
  }

  async timeline(
    id: CommunityId,
    query: { channelId: ChannelId; anchor: TimelineAnchor; limit: number },
    options: CallOptions = {},
  ): Promise<TimelinePage> {
    if (this.overrides.timeline !== undefined) return this.overrides.timeline(id, query, options)
    return this.community(id).timeline(query.channelId, query.anchor, Math.min(200, query.limit))
  }

  async pinned(id: CommunityId, channelId: ChannelId): Promise<readonly MessageView[]> {
    return this.community(id).pinned(channelId)
  }

  async activity(id: CommunityId, channelId?: ChannelId): Promise<ActivityView> {
    return this.community(id).activity(channelId)
  }

  async attachment(id: CommunityId, messageId: MessageId, index: number): Promise<Blob> {
    if (this.overrides.attachment !== undefined) return this.overrides.attachment(id, messageId, index)
    return fakePicture(messageId, index)
  }

  async search(
    id: CommunityId,
    query: Parameters<HistoryApi['search']>[1],
    options: CallOptions = {},
  ): Promise<SearchView> {
    if (this.overrides.search !== undefined) return this.overrides.search(id, query, options)
    return this.community(id).search(query.text, query)
  }

  async exportSpan(
    id: CommunityId,
    span: Parameters<HistoryApi['exportSpan']>[1],
    options: CallOptions = {},
  ): Promise<File> {
    this.calls.push(`exportSpan ${span.format} ${span.fromMs} ${span.toMs}`)
    if (this.overrides.exportSpan !== undefined) return this.overrides.exportSpan(id, span, options)
    await pause(this.stepMs, options.signal)
    return new File(['content'], `guild-of-binders.${span.format === 'archives' ? 'zip' : span.format}`)
  }
}

function channelOf(id: CommunityId, name: string, position: number): ChannelView {
  const hex = hexOf(name.length * 977 + position, 16).slice(2)
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  return { id: `${id}${uuid}`, name, description: '', position, messageCount: 0 }
}

function followAfter(isPaused: boolean | undefined, before: FollowState): FollowState {
  if (isPaused === true) return { state: 'paused' }
  return isPaused === false ? { state: 'up-to-date', checkedAtMs: GALLERY_NOW_MS } : before
}
