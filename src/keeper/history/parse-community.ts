import type { CommunityId } from '../../history/ids.ts'

const COMMUNITY_ID = /^0x0[23][0-9a-f]{64}$/

/** The community’s id that a text is, in its one spelling; undefined where it is none. */
export function parseCommunityId(text: string): CommunityId | undefined {
  const lower = text.trim().toLowerCase()
  return COMMUNITY_ID.test(lower) ? (lower as CommunityId) : undefined
}
