/** The sentences that say how a community, its archives, its publishing and its imports stand. */
import type {
  ArchiveView,
  CommunityView,
  FollowState,
  ImportKind,
  ImportView,
  PublishState,
} from '../../rpc/history-api.ts'
import { countOf, formatCount } from '../format/bytes.ts'
import { displayName } from '../format/names.ts'
import { formatWhen } from '../format/time.ts'
import type { Sentence } from '../format/words.ts'

export interface StateWords extends Sentence {
  /** Why it is so, and what one can do. */
  readonly reason: string
}

/** What a community is called; before its description is here it has no name. */
export function nameOf({ name }: Pick<CommunityView, 'name'>): string {
  return name.trim() === '' ? 'A community' : displayName(name)
}

/** Whether an owner looks at a community of which no link was signed so far. */
export function isUnpublished({ isOwner, linkClockMs }: Pick<CommunityView, 'isOwner' | 'linkClockMs'>): boolean {
  return isOwner && linkClockMs === undefined
}

/** Where the following of a community stands. */
export function wordsOfFollow(follow: FollowState, nowMs: number): StateWords {
  switch (follow.state) {
    case 'looking':
      return {
        text: `Looking for its newest link (${countOf(follow.askedPeers, 'peer')} asked)`,
        tone: 'plain',
        reason: 'The owner signs a link to the newest history; keepers and members hand it on.',
      }
    case 'fetching-index':
      return { text: 'Reading the list of archives', tone: 'plain', reason: 'The list says which archives there are.' }
    case 'fetching':
      return {
        text: `Fetching history, ${formatCount(follow.doneArchives)} of ${countOf(follow.wantedArchives, 'archive')}`,
        tone: 'plain',
        reason: 'The newest come first. You can read what is here already.',
      }
    case 'up-to-date':
      return {
        text: 'Up to date',
        tone: 'verified',
        reason: `All that you keep of it is here, every archive checked. Looked for news ${dayWords(follow.checkedAtMs, nowMs)}.`,
      }
    case 'waiting':
      return { tone: 'waiting', ...WAITING_WORDS[follow.reason] }
    case 'paused':
      return {
        text: 'Paused',
        tone: 'plain',
        reason: 'Nothing more is fetched. What is here can be read and is shared.',
      }
    case 'nothing-published':
      return {
        text: 'Nothing published yet',
        tone: 'plain',
        reason: 'The owner has published no history so far. New messages appear here as they are written.',
      }
    case 'failed':
      return { text: 'Could not go on', tone: 'failed', reason: follow.error.message }
  }
}

/** Where an owner’s publishing stands. */
export function wordsOfPublish(publish: PublishState, nowMs: number): Sentence {
  switch (publish.state) {
    case 'idle': {
      const { lastPublishedAtMs, nextAtMs } = publish
      const last =
        lastPublishedAtMs === undefined ? 'Not published yet.' : `Published ${dayWords(lastPublishedAtMs, nowMs)}.`
      const next =
        nextAtMs === undefined ? '' : ` The next archive is made ${dayWords(nextAtMs, nowMs)}, while this page is open.`
      return { text: last + next, tone: 'plain' }
    }
    case 'publishing':
      return {
        text: `Publishing, ${formatCount(publish.doneArchives)} of ${countOf(publish.totalArchives, 'archive')} done`,
        tone: 'plain',
      }
    case 'failed':
      return { text: 'Publishing stopped. What was done is kept.', tone: 'failed' }
  }
}

/** Where one archive stands. */
export function wordsOfArchive({ state }: Pick<ArchiveView, 'state'>): Sentence {
  return ARCHIVE_WORDS[state]
}

/** Why the list of archives is empty. */
export function wordsOfNoArchive(follow: FollowState): string {
  if (follow.state !== 'waiting' || follow.reason !== 'missing-key') {
    return 'There are no archives yet. The first one comes when the owner publishes.'
  }
  return 'The list of archives is encrypted, and its key is not on this device. Add it under “Keys”.'
}

/** “13 – 20 Aug 2026”; the end of a span is its last day. */
export function formatSpan({ fromMs, toMs }: { fromMs: number; toMs: number }): string {
  return SPAN_FORMAT.formatRange(fromMs, Math.max(fromMs, toMs - 1))
}

/** What stands under a community’s name in the list. */
export function wordsOfHeld({ archiveCount, heldArchiveCount, channels }: CommunityView): string {
  const messages = channels.reduce((sum, { messageCount }) => sum + messageCount, 0)
  const archives =
    heldArchiveCount === archiveCount
      ? countOf(archiveCount, 'archive')
      : `${formatCount(heldArchiveCount)} of ${countOf(archiveCount, 'archive')}`
  return `${countOf(channels.length, 'channel')} · ${countOf(messages, 'message')} · ${archives}`
}

export const IMPORT_KIND_WORDS = {
  discord: 'Discord (DiscordChatExporter JSON)',
  slack: 'Slack (export ZIP)',
  telegram: 'Telegram (Desktop JSON)',
  mbox: 'Mail (mbox)',
  'json-lines': 'JSON lines',
} as const satisfies Record<ImportKind, string>

/** Where an import stands. */
export function wordsOfImport({ state, messageCount, channelCount }: ImportView): Sentence {
  const amount = `${countOf(messageCount, 'message')} in ${countOf(channelCount, 'channel')}`
  switch (state.state) {
    case 'reading':
      return { text: messageCount === 0 ? 'Reading the file' : `Reading: ${amount} so far`, tone: 'plain' }
    case 'publishing':
      return { text: `Read: ${amount}. Making archives`, tone: 'plain' }
    case 'done':
      return { text: `Imported: ${amount}`, tone: 'plain' }
    case 'interrupted':
      return { text: `Interrupted after ${amount}. Choose the same file again and it goes on.`, tone: 'waiting' }
    case 'cancelled':
      return { text: 'Stopped. Nothing of it was published.', tone: 'plain' }
    case 'failed':
      return { text: state.error.message, tone: 'failed' }
  }
}

/** Whether an import still reads or publishes. */
export function isImportRunning({ state }: Pick<ImportView, 'state'>): boolean {
  return state.state === 'reading' || state.state === 'publishing'
}

const WAITING_WORDS = {
  'nobody-has-link': {
    text: 'Waiting for somebody who knows it',
    reason: 'Nobody who is online knows this community. It goes on by itself when the owner or a member comes online.',
  },
  'nobody-has-index': {
    text: 'Waiting for the list of archives',
    reason: 'Nobody who is online has its list of archives. It goes on by itself when somebody who has it comes back.',
  },
  'nobody-has-archives': {
    text: 'Waiting for somebody who has the rest',
    reason:
      'Nobody who is online has the archives that are missing. They are fetched when somebody who has them comes back.',
  },
  offline: {
    text: 'You are offline',
    reason: 'What is here can be read. Fetching goes on when the connection is back.',
  },
  'missing-key': {
    text: 'Waiting for a key',
    reason: 'Some of this history is encrypted with a key that is not on this device. Ask a member for it.',
  },
} as const

const ARCHIVE_WORDS = {
  held: { text: 'Here, checked', tone: 'verified' },
  fetching: { text: 'On its way', tone: 'plain' },
  known: { text: 'Not fetched', tone: 'plain' },
  'missing-key': { text: 'Needs a key', tone: 'waiting' },
  'nobody-has-it': { text: 'Nobody online has it', tone: 'waiting' },
  damaged: { text: 'Damaged at its source', tone: 'failed' },
} as const satisfies Record<ArchiveView['state'], Sentence>

const SPAN_FORMAT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})

function dayWords(atMs: number, nowMs: number): string {
  const when = formatWhen(atMs, nowMs)
  return when.includes(':') ? `today at ${when}` : `on ${when}`
}
