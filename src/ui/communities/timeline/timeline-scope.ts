/** What the parts of one open channel share. */
import { computed, effect, signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { QuireError } from '../../../errors.ts'
import type {
  ArchiveView,
  AttachmentView,
  AuthorKey,
  ChannelId,
  CommunityView,
  MessageId,
  MessageView,
} from '../../../rpc/history-api.ts'
import { DAY_MS } from '../../format/time.ts'
import { Arrivals } from './arrivals.ts'
import { GapFetches } from './gap-fetches.ts'
import { MessageActions } from './message-actions.ts'
import type { TimelineFocus, TimelineHost } from './timeline-host.ts'
import { nextFrame } from './next-frame.ts'
import { TimelineModel } from './timeline-model.ts'

/** The panel that lies beside the messages. */
export type Panel = 'search' | 'pins' | 'calendar' | undefined

/** The menu of one message, opened at a button. */
export interface OpenMenu {
  readonly message: MessageView
  readonly at: DOMRect
}

export interface OpenPicture {
  readonly message: MessageView
  readonly attachment: AttachmentView
}

export class TimelineScope {
  readonly host: TimelineHost
  readonly channelId: ChannelId
  readonly model: TimelineModel
  readonly actions: MessageActions
  readonly gaps: GapFetches
  readonly panel = signal<Panel>(undefined)
  readonly isExporting = signal(false)
  readonly areChannelsShown = signal(false)
  readonly menu = signal<OpenMenu | undefined>(undefined)
  readonly picture = signal<OpenPicture | undefined>(undefined)
  /** The message whose signature is looked at. */
  readonly about = signal<MessageView | undefined>(undefined)
  /** An address that waits for a yes. */
  readonly leavingTo = signal<string | undefined>(undefined)
  /** Whether the newest message is out of sight. */
  readonly isAway = signal(false)
  /** The moment of the first row in sight. */
  readonly readingAtMs = signal<number | undefined>(undefined)
  /** Grows with each change, for what is asked for beside the timeline: pins, archives. */
  readonly touches = signal(0)
  readonly archives = signal<readonly ArchiveView[]>([])
  readonly nameOf: ReadonlySignal<(key: AuthorKey) => string | undefined>
  readonly #community
  readonly #arrivals: Arrivals
  #isReadingArchives = false

  constructor(host: TimelineHost, community: CommunityView, channelId: ChannelId) {
    this.host = host
    this.channelId = channelId
    this.#community = signal(community)
    this.model = new TimelineModel({
      load: (anchor, { limit, signal }) => host.api.timeline(community.id, { channelId, anchor, limit }, { signal }),
      nextFrame: () => nextFrame(document, (act) => requestAnimationFrame(act)),
    })
    this.actions = new MessageActions(host, community.id)
    this.#arrivals = new Arrivals(host)
    this.gaps = new GapFetches({
      fetchSpan: (span, signal) => host.api.fetchSpan(community.id, span, { signal }),
      onFetched: ({ fromMs, toMs }) => this.model.touched(fromMs, toMs),
      partitionMs: () => this.#community.peek().partitionDays * DAY_MS,
    })
    this.nameOf = computed(() => namesIn(this.model.shown.value.window.rows))
  }

  get community(): ReadonlySignal<CommunityView> {
    return this.#community
  }

  setCommunity(community: CommunityView): void {
    this.#community.value = community
  }

  /** Listens until the function that it returns is called. */
  start(): () => void {
    const { id } = this.#community.peek()
    void this.#readArchives()
    const stopListening = this.host.onTouched((event) => {
      if (event.communityId !== id) return
      this.touches.value += 1
      void this.#readArchives()
      if (event.channelIds?.includes(this.channelId) ?? true) this.model.touched(event.fromMs, event.toMs)
    })
    const stopTelling = effect(() => {
      const { state, window } = this.model.shown.value
      // Elsewhere in time, the newest are not among the rows.
      if (state === 'shown' && !this.model.hasNewer) this.#arrivals.note(window.rows)
    })
    return () => {
      stopListening()
      stopTelling()
      this.#arrivals.stop()
      this.model.stop()
      this.actions.stop()
      this.gaps.stop()
    }
  }

  /** Opens the channel where a link leads, or at the newest. */
  openAt({ messageId, atMs }: TimelineFocus): void {
    if (messageId !== undefined) void this.model.open({ kind: 'message', messageId, atMs })
    else if (atMs !== undefined) void this.model.open({ kind: 'time', atMs })
    else void this.model.open({ kind: 'newest' })
  }

  /** Shows a message of any channel. */
  showMessage({ channelId, messageId, atMs }: { channelId: ChannelId; messageId: MessageId; atMs?: number }): void {
    if (channelId === this.channelId) void this.model.open({ kind: 'message', messageId, atMs })
    else this.host.go(this.#community.peek().id, channelId, { messageId, atMs })
  }

  /** Copies a link to a message that opens in another person’s browser. */
  async copyLink({ id, channelId, atMs }: MessageView): Promise<void> {
    await this.actions.run('The link was not copied', async (api) => {
      const at = { channelId, messageId: id, atMs }
      const link = await api.shareLink(this.#community.peek().id, this.host.baseUrl, at)
      await this.host.copyText(link)
      this.host.announce('Link copied.')
    })
  }

  /** For what the days and details say of archives; without it they say less. */
  async #readArchives(): Promise<void> {
    if (this.#isReadingArchives) return
    this.#isReadingArchives = true
    try {
      this.archives.value = await this.host.api.archives(this.#community.peek().id)
    } catch {
      // The community’s details tell this failure; here the days say less.
      this.archives.value = []
    } finally {
      this.#isReadingArchives = false
    }
  }

  /** Goes somewhere from a panel; one that lies over the messages is closed, so that they are seen. */
  leavePanel(): void {
    const panel = document.querySelector('.timeline-panel')
    if (panel !== null && getComputedStyle(panel).position === 'absolute') this.panel.value = undefined
  }

  togglePanel(panel: Exclude<Panel, undefined>): void {
    this.panel.value = this.panel.peek() === panel ? undefined : panel
  }
}

function namesIn(rows: TimelineModel['shown']['value']['window']['rows']): (key: AuthorKey) => string | undefined {
  const names = new Map<AuthorKey, string>()
  for (const row of rows) if (row.kind === 'message') names.set(row.author.key, row.author.name)
  return (key) => names.get(key)
}

export const ScopeContext = createContext<TimelineScope | undefined>(undefined)

/** The open channel, in any component below `ScopeContext.Provider`. */
export function useScope(): TimelineScope {
  const scope = useContext(ScopeContext)
  if (scope === undefined) throw new QuireError('ERR_UNKNOWN', 'A component stands outside the timeline.')
  return scope
}
