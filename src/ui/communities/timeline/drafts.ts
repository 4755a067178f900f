/** What was written and not sent, for each channel, until the page is closed. */
import type { ChannelId } from '../../../rpc/history-api.ts'

export interface DraftPicture {
  readonly id: number
  readonly blob: Blob
  readonly url: string
}

export interface Draft {
  readonly text: string
  readonly pictures: readonly DraftPicture[]
}

export const EMPTY_DRAFT: Draft = { text: '', pictures: [] }
const MAX_DRAFTS = 50
const drafts = new Map<ChannelId, Draft>()
let nextId = 1

export function draftOf(channelId: ChannelId): Draft {
  return drafts.get(channelId) ?? EMPTY_DRAFT
}

export function keepDraft(channelId: ChannelId, draft: Draft): void {
  drafts.delete(channelId)
  if (draft.text !== '' || draft.pictures.length > 0) drafts.set(channelId, draft)
  const [oldest] = drafts
  if (drafts.size <= MAX_DRAFTS || oldest === undefined) return
  drafts.delete(oldest[0])
  oldest[1].pictures.forEach(dropPicture)
}

export function draftPicture(blob: Blob): DraftPicture {
  return { id: nextId++, blob, url: URL.createObjectURL(blob) }
}

export function dropPicture({ url }: DraftPicture): void {
  URL.revokeObjectURL(url)
}
