import { describe, expect, it } from 'vitest'
import { encodeCommunityDescription } from '../../codec/history/community-description.ts'
import type { ImportedChat } from '../../history/imports/imported-chat.ts'
import { newDescription, withImportedChats } from './describe-community.ts'

const chats = (count: number, description = ''): ImportedChat[] =>
  Array.from({ length: count }, (_, i) => ({ uuid: `u${i}`, name: `channel ${i}`, description }) as ImportedChat)

describe('channels of an import', () => {
  const before = newDescription({ name: 'Gardeners' }, 1)

  it('are named where a community has no room for them', () => {
    const { description, leftOut } = withImportedChats(before, chats(501), 2)
    expect(description.chats.size).toBe(500)
    expect(leftOut).toEqual(['channel 499', 'channel 500'])
  })

  it('lose their topics before they do not fit into a description', () => {
    const { description, leftOut } = withImportedChats(before, chats(400, 'x'.repeat(2_000)), 2)
    expect(leftOut).toEqual([])
    expect(description.chats.size).toBe(401)
    expect(encodeCommunityDescription(description).byteLength).toBeLessThan(512_000)
  })

  it('change nothing where they are there already', () => {
    const { description } = withImportedChats(before, chats(2), 2)
    expect(withImportedChats(description, chats(2), 3)).toEqual({ description, leftOut: [] })
  })
})
