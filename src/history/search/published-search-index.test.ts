import { describe, expect, it } from 'vitest'
import type { MessageId } from '../ids.ts'
import { START_MS, archiveIdOf, channelOf, chatOf, idOf } from '../timeline/testing/sample-messages.ts'
import { decodeSearchIndex, encodeSearchIndex, searchPublished } from './published-search-index.ts'

const archiveId = archiveIdOf(1)
const messages = [
  chatOf({ number: 1, clockMs: START_MS, text: 'Where is the reading room?' }),
  chatOf({ number: 2, clockMs: START_MS + 5, text: 'The room is upstairs', channel: 1 }),
  chatOf({ number: 3, clockMs: START_MS + 9, text: 'roomy' }),
]

describe('a published search index', () => {
  it('gives the messages with all words, newest first, with the beginnings of their ids', () => {
    const index = decodeSearchIndex(encodeSearchIndex(archiveId, messages), archiveId)
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
    const index = decodeSearchIndex(encodeSearchIndex(archiveId, moment), archiveId)
    const ids = moment.map(({ id }) => id).sort((a, b) => (a < b ? 1 : -1))
    const beginnings = ids.map((id) => id.slice(0, 10))
    const behind = (beforeId: string) =>
      searchPublished(index, { text: 'tide', beforeMs: START_MS, beforeId: beforeId as MessageId })
    expect(behind(ids[1] ?? '').map(({ messageId }) => messageId)).toEqual(beginnings.slice(2))
    expect(behind(beginnings[1] ?? '').map(({ messageId }) => messageId)).toEqual(beginnings.slice(2))
    expect(searchPublished(index, { text: 'tide', beforeMs: START_MS })).toEqual([])
  })

  it('is the same bytes for the same messages in any order', () => {
    expect(encodeSearchIndex(archiveId, messages.toReversed())).toEqual(encodeSearchIndex(archiveId, messages))
  })

  it('refuses one of another archive, and whatever is cut off or changed', () => {
    const bytes = encodeSearchIndex(archiveId, messages)
    const refused = { code: 'ERR_INDEX_INVALID' }
    expect(() => decodeSearchIndex(bytes, archiveIdOf(2))).toThrow(expect.objectContaining(refused))
    for (let length = 0; length < bytes.byteLength; length++) {
      expect(() => decodeSearchIndex(bytes.subarray(0, length), archiveId)).toThrow(expect.objectContaining(refused))
    }
  })
})
