import { describe, expect, it } from 'vitest'
import type { SearchHit } from '../../../rpc/history-api.ts'
import { SearchModel } from './search-model.ts'
import type { SearchQuery } from './search-model.ts'

const AT_MS = 1_700_000_000_000
/** Newest first; all but the last ten of one moment, the greatest id first. */
const HITS: readonly SearchHit[] = Array.from({ length: 100 }, (_, number) => ({
  messageId: `0x${String(900 - number)}`,
  channelId: 'c',
  atMs: number < 90 ? AT_MS : AT_MS - number,
}))

describe('older hits', () => {
  it('go on behind the last one, so that none of a moment is lost or comes twice', async () => {
    const asked: SearchQuery[] = []
    const model = new SearchModel({
      pause: async () => undefined,
      search: async (query) => {
        asked.push(query)
        const { beforeMs = Infinity, beforeId = '', limit } = query
        const rest = HITS.filter(
          ({ atMs, messageId }) => atMs < beforeMs || (atMs === beforeMs && messageId < beforeId),
        )
        return { hits: rest.slice(0, limit), isMore: rest.length > limit, searchedArchives: 1, knownArchives: 1 }
      },
    })
    await model.ask('tide', 'c')
    for (let pages = 1; pages < 4; pages++) await model.more()
    expect(model.state.value).toMatchObject({ state: 'found', found: { isMore: false, hits: HITS } })
    expect(asked[1]).toEqual({ text: 'tide', channelId: 'c', limit: 30, beforeMs: AT_MS, beforeId: '0x871' })
  })
})
