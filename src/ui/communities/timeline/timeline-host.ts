/** What the timeline asks of the page around it; the communities place gives it, tests give a double. */
import type { ReadonlySignal } from '@preact/signals'
import type {
  ChannelId,
  CommunityId,
  HistoryApi,
  HistoryEvent,
  MessageId,
  PersonView,
} from '../../../rpc/history-api.ts'

/** A place to read: a message, or a moment. */
export interface TimelineFocus {
  readonly messageId?: MessageId | undefined
  readonly atMs?: number | undefined
}

/** Whether a person may write where a timeline is shown; of a widget, in whose page that is another site’s. */
export interface WritingGate {
  readonly state: ReadonlySignal<'allowed' | 'asked' | 'denied'>
  /** Asks the person; `state` is what comes of it. Only while it is “asked”. */
  ask(): void
}

export interface TimelineHost {
  readonly api: HistoryApi
  /** Absent where one may write: in Quire’s own page. */
  readonly gate?: WritingGate | undefined
  /** Who writes here; undefined until a name was chosen. */
  readonly person: ReadonlySignal<PersonView | undefined>
  /** Calls back for each `touched`, until the function that it returns is called. */
  onTouched(listener: (event: Extract<HistoryEvent, { type: 'touched' }>) => void): () => void
  /** The fragment that leads to a channel, and within it to a message. */
  hrefOf(communityId: CommunityId, channelId: ChannelId, focus?: TimelineFocus): string
  /** Goes there, as a click on that link does. */
  go(communityId: CommunityId, channelId: ChannelId, focus?: TimelineFocus): void
  /** The page’s address without its fragment. */
  readonly baseUrl: string
  copyText(text: string): Promise<void>
  /** Hands a finished file to the person. */
  download(file: File, fileName: string): void
  /** Calls `act` after so long, unless the function that it returns is called before. */
  later(act: () => void, afterMs: number): () => void
  /** Says a sentence to screen readers. */
  announce(text: string): void
}
