/** The messages of a made-up community: weeks of talk with replies, reactions, pictures, edits and deletions. */
import type { AttachmentView, AuthorView, ChannelId, MessageView, ReactionView } from '../../rpc/history-api.ts'
import { DAY_MS } from '../format/time.ts'
import { chatter, pick, randomOf } from './history-words.ts'

/** When the gallery is looked at. */
export const GALLERY_NOW_MS = Date.UTC(2026, 7, 20, 9, 40)
export const WEEK_MS = 7 * DAY_MS

const EMOJI = ['❤️', '👍', '👎', '😂', '😢', '😠'] as const

const AUTHORS = (['Ines Calder', 'Tomas', 'wren', 'Old Marek', 'Aya 綾', 'Jun', 'Rosalind P.', 'שירה'] as const).map(
  (name, at): AuthorView => ({ key: hexOf(7000 + at, 65, '04'), name, isImported: at > 4 }),
)
export const OWN_AUTHOR: AuthorView = { key: hexOf(9999, 65, '04'), name: 'Nell', isImported: false }

/** “0x…” of so many bytes; different for each seed. */
export function hexOf(seed: number, sizeBytes: number, head = ''): string {
  const random = randomOf(seed)
  const text = Array.from({ length: 2 * sizeBytes - head.length }, () => Math.floor(random() * 16).toString(16))
  return `0x${head}${text.join('')}`
}

interface MessagesInit {
  readonly seed: number
  readonly count: number
  readonly weeks: number
  readonly channelIds: readonly ChannelId[]
  /** Before it, messages are archived. */
  readonly archivedUntilMs: number
}

/** Oldest first, over all channels; the first channels are the busiest. */
export function messagesOf(init: MessagesInit): MessageView[] {
  const random = randomOf(init.seed)
  const messages: MessageView[] = []
  const lastOf = new Map<ChannelId, MessageView[]>()
  for (const atMs of momentsOf(random, init)) {
    const channelId = init.channelIds[Math.floor(random() ** 2 * init.channelIds.length)] ?? ''
    const recent = lastOf.get(channelId) ?? []
    const message = messageOf(random, { init, at: messages.length, atMs, channelId, recent })
    lastOf.set(channelId, [...recent.slice(-5), message])
    messages.push(message)
  }
  return messages
}

/** More by day than by night, in bursts. */
function momentsOf(random: () => number, { count, weeks }: MessagesInit): number[] {
  const moments = Array.from({ length: count }, () => {
    const day = Math.floor(random() * weeks * 7)
    const burst = Math.floor(random() * 5)
    const hour = 8 + burst * 3 + random() * 0.8
    return GALLERY_NOW_MS - 3_600_000 - day * DAY_MS - Math.round(hour * 3_600_000 * 0.55)
  })
  return moments.toSorted((a, b) => a - b)
}

interface MessageParts {
  readonly init: MessagesInit
  readonly at: number
  readonly atMs: number
  readonly channelId: ChannelId
  readonly recent: readonly MessageView[]
}

function messageOf(random: () => number, { init, at, atMs, channelId, recent }: MessageParts): MessageView {
  const before = recent.at(-1)
  const isSameAuthor = before !== undefined && random() < 0.35
  const author = isSameAuthor ? before.author : (AUTHORS[Math.floor(random() ** 1.5 * AUTHORS.length)] ?? OWN_AUTHOR)
  const isDeleted = random() < 0.01
  const answered = random() < 0.12 ? recent[0] : undefined
  return {
    kind: 'message',
    id: hexOf(init.seed * 1_000_003 + at, 32),
    channelId,
    author,
    atMs,
    text: isDeleted ? '' : chatter(random),
    signature: author.isImported ? 'community' : 'author',
    isOwn: false,
    isDeleted,
    isEdited: !isDeleted && random() < 0.03,
    isPinned: !isDeleted && random() < 0.004,
    replyTo:
      answered === undefined
        ? undefined
        : { messageId: answered.id, authorName: answered.author.name, text: answered.text.slice(0, 120) },
    reactions: isDeleted || random() > 0.09 ? [] : reactionsOf(random),
    attachments: isDeleted ? [] : attachmentsOf(random),
    delivery: atMs < init.archivedUntilMs ? 'archived' : 'live',
  }
}

function reactionsOf(random: () => number): ReactionView[] {
  const count = 1 + Math.floor(random() * 3)
  return EMOJI.slice(0, count).map((emoji, at) => ({
    emoji,
    type: at + 1,
    count: 1 + Math.floor(random() * 7),
    isOwn: false,
    names: [pick(random, ['Tomas', 'wren', 'Jun'])],
  }))
}

function attachmentsOf(random: () => number): AttachmentView[] {
  const kind = random()
  if (kind > 0.04) return []
  if (kind > 0.032) {
    return [
      {
        index: 0,
        kind: 'file',
        name: 'sewing-pattern.pdf',
        mediaType: 'application/pdf',
        sizeBytes: 412_300,
        isHere: true,
      },
    ]
  }
  const image = { kind: 'image', mediaType: 'image/png', width: 640, height: 420, sizeBytes: 88_000 } as const
  if (kind > 0.026) {
    const remoteUrl = 'https://cdn.example.org/attachments/spine.png'
    return [{ ...image, index: 0, name: 'spine.png', isHere: false, remoteUrl }]
  }
  const count = kind < 0.004 ? 3 : 1
  return Array.from({ length: count }, (_, index) => ({
    ...image,
    index,
    name: `spine-${index + 1}.png`,
    isHere: true,
  }))
}
