import { describe, expect, it } from 'vitest'
import type { MessageId } from '../ids.ts'
import {
  COMMUNITY,
  START_MS,
  archiveIdOf,
  authorOf,
  channelOf,
  chatOf,
  deletionOf,
  editOf,
  idOf,
} from '../timeline/testing/sample-messages.ts'
import { decodeSearchIndex, encodeSearchIndex, searchPublished } from './published-search-index.ts'

const archiveId = archiveIdOf(1)
const RIGHTS = { community: COMMUNITY, privileged: new Set([authorOf(9)]) }
const messages = [
  chatOf({ number: 1, clockMs: START_MS, text: 'Where is the reading room?' }),
  chatOf({ number: 2, clockMs: START_MS + 5, text: 'The room is upstairs', channel: 1 }),
  chatOf({ number: 3, clockMs: START_MS + 9, text: 'roomy' }),
]

describe('a published search index', () => {
  it('gives the messages with all words, newest first, with the beginnings of their ids', () => {
    const index = decodeSearchIndex(encodeSearchIndex(archiveId, messages, RIGHTS), archiveId)
    const find = (text: string, more: object = {}) =>
      searchPublished(index, { text, ...more }).map(({ atMs }) => atMs - START_MS)
    expect(find('room')).toEqual([9, 5, 0])
    expect(find('room is')).toEqual([5, 0])
    expect(find('room', { channelId: channelOf(1) })).toEqual([5])
    expect(find('room', { beforeMs: START_MS + 9 })).toEqual([5, 0])
    expect(find('nothing')).toEqual([])
    expect(searchPublished(index, { text: 'upstairs' })).toEqual([
      { messageId: idOf(2).slice(0, 10), channelId: channelOf(1), atMs: START_MS + 5 },
    ])
  })

  it('goes on behind a hit, whether that was told whole or by the beginning of its id', () => {
    const moment = Array.from({ length: 5 }, (_, number) => chatOf({ number, clockMs: START_MS, text: 'tide' }))
    const index = decodeSearchIndex(encodeSearchIndex(archiveId, moment, RIGHTS), archiveId)
    const ids = moment.map(({ id }) => id).sort((a, b) => (a < b ? 1 : -1))
    const beginnings = ids.map((id) => id.slice(0, 10))
    const behind = (beforeId: string) =>
      searchPublished(index, { text: 'tide', beforeMs: START_MS, beforeId: beforeId as MessageId })
    expect(behind(ids[1] ?? '').map(({ messageId }) => messageId)).toEqual(beginnings.slice(2))
    expect(behind(beginnings[1] ?? '').map(({ messageId }) => messageId)).toEqual(beginnings.slice(2))
    expect(searchPublished(index, { text: 'tide', beforeMs: START_MS })).toEqual([])
  })

  it('finds what was edited by its new words, and nothing of what was deleted, in whatever order they come', () => {
    const at = (number: number) => START_MS + 100 + number
    const said = [1, 2, 3, 4, 5].map((number) => chatOf({ number, clockMs: START_MS + number, text: `tide ${number}` }))
    const done = [
      editOf({ number: 11, clockMs: at(1), target: idOf(1), text: 'storm' }),
      editOf({ number: 12, clockMs: at(2), target: idOf(1), text: 'calm' }),
      deletionOf({ number: 13, clockMs: at(3), target: idOf(2) }),
      // By somebody with a role, and by the community’s key.
      deletionOf({ number: 14, clockMs: at(4), target: idOf(3), author: 9 }),
      deletionOf({ number: 15, clockMs: at(5), target: idOf(4), author: -1 }),
      // By others, who may not; of a message that is elsewhere.
      editOf({ number: 16, clockMs: at(6), target: idOf(5), text: 'wrong', author: 3 }),
      deletionOf({ number: 17, clockMs: at(7), target: idOf(5), author: 3 }),
      deletionOf({ number: 18, clockMs: at(8), target: idOf(77) }),
    ]
    for (const opened of [
      [...said, ...done],
      [...done, ...said],
    ]) {
      const index = decodeSearchIndex(encodeSearchIndex(archiveId, opened, RIGHTS), archiveId)
      const found = (text: string) => searchPublished(index, { text }).map(({ messageId }) => messageId)
      expect(found('calm')).toEqual([idOf(1).slice(0, 10)])
      expect(found('tide')).toEqual([idOf(5).slice(0, 10)])
      expect([...found('storm'), ...found('wrong')]).toEqual([])
      expect(index.messages).toHaveLength(2)
    }
  })

  it('is the same bytes for the same messages in any order', () => {
    expect(encodeSearchIndex(archiveId, messages.toReversed(), RIGHTS)).toEqual(
      encodeSearchIndex(archiveId, messages, RIGHTS),
    )
  })

  it('refuses one of another archive, and whatever is cut off or changed', () => {
    const bytes = encodeSearchIndex(archiveId, messages, RIGHTS)
    const refused = { code: 'ERR_INDEX_INVALID' }
    expect(() => decodeSearchIndex(bytes, archiveIdOf(2))).toThrow(expect.objectContaining(refused))
    for (let length = 0; length < bytes.byteLength; length++) {
      expect(() => decodeSearchIndex(bytes.subarray(0, length), archiveId)).toThrow(expect.objectContaining(refused))
    }
  })
})
