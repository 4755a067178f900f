/** What a sample community says of itself. */
import {
  type CommunityDescription,
  EMPTY_CATEGORY,
  EMPTY_CHAT,
  EMPTY_DESCRIPTION,
  EMPTY_IDENTITY,
} from '../../codec/history/community-description.ts'
import type { SampleInit } from './sample-message.ts'
import { samplePlan } from './sample-plan.ts'

const OPEN_ACCESS = 1
const NOTHING = new Uint8Array()

export function sampleDescription(init: SampleInit, nowMs: number): CommunityDescription {
  const { name, description, color, categories, channels } = samplePlan(init)
  const identity = { ...EMPTY_IDENTITY, clockMs: init.endMs, displayName: name, description, color }
  return {
    ...EMPTY_DESCRIPTION,
    clockMs: nowMs,
    archiveLinkClockMs: nowMs,
    identity,
    permissions: { isEnsOnly: false, isPrivate: false, access: OPEN_ACCESS, unknownFields: NOTHING },
    categories: new Map(
      categories.map(({ id, name }, position) => [id, { ...EMPTY_CATEGORY, categoryId: id, name, position }]),
    ),
    chats: new Map(
      channels.map(({ uuid, name, description, emoji, categoryId }, position) => {
        const channelIdentity = { ...EMPTY_IDENTITY, clockMs: init.endMs, displayName: name, description, emoji }
        return [uuid, { ...EMPTY_CHAT, identity: channelIdentity, categoryId, position }]
      }),
    ),
  }
}
