import type { MessageId } from '../ids.ts'
import type { CommunityState } from './community-state.ts'
import { outcomeOf } from './effects.ts'
import { findMessage } from './find-message.ts'
import type { HistoryRecords } from './history-records.ts'
import type { StoredAttachment, StoredMessage } from './stored-message.ts'
import type { Attachment } from './types.ts'
import { readWindow } from './windows.ts'

/** An album’s images are messages of their own, close behind its first. */
const ALBUM_REACH = 32

interface Components {
  readonly records: HistoryRecords
  readonly state: CommunityState
}

/** `index`: among those of the message, or of the album that it is the first of. Undefined where it is not here. */
export async function readAttachment(
  components: Components,
  messageId: MessageId,
  index: number,
): Promise<Attachment | undefined> {
  const { records, state } = components
  const attachment = (await attachmentsOf(components, messageId))[index]
  if (attachment?.stored.blob === undefined) return undefined
  const { stored, segment } = attachment
  const bytes = stored.blob && (await records.blob(state.community, segment, stored.blob))
  return bytes && { bytes, mediaType: stored.mediaType, name: stored.name }
}

async function attachmentsOf(
  { records, state }: Components,
  messageId: MessageId,
): Promise<{ stored: StoredAttachment; segment: number }[]> {
  const found = await findMessage(records, state, messageId)
  const [copy] = found?.copies ?? []
  if (found === undefined || copy === undefined) return []
  const first = copy.page.messageAt(copy.slot)
  const own = first.attachments.map((stored) => ({ stored, segment: copy.segment }))
  if (first.albumId === '') return own
  const query = { channel: found.channel, from: found, direction: 'newer', limit: ALBUM_REACH } as const
  const { items } = await readWindow(records, state, query)
  const rest = items.flatMap(({ copies: [next] }) => {
    const message = next?.page.messageAt(next.slot)
    if (next === undefined || message === undefined || !isOfAlbum(message, first)) return []
    const { isDeleted } = outcomeOf(message.author.key, next.page.effectsAt(next.slot), { community: state.community })
    return isDeleted ? [] : message.attachments.map((stored) => ({ stored, segment: next.segment }))
  })
  return [...own, ...rest]
}

function isOfAlbum(message: StoredMessage, first: StoredMessage): boolean {
  return message.albumId === first.albumId && message.author.key === first.author.key
}
