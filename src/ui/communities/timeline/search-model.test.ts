import { describe, expect, it } from 'vitest'
import type { SearchHit, SearchView } from '../../../rpc/history-api.ts'
import { SearchModel, type SearchQuery } from './search-model.ts'

interface Asked {
  readonly query: SearchQuery
  readonly signal: AbortSignal
  readonly answer: (found: SearchView) => Promise<void>
  readonly fail: () => Promise<void>
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

function setUp() {
  const asked: Asked[] = []
  const model = new SearchModel({
    pause: () => Promise.resolve(),
    search: (query, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<SearchView>()
      const answer = (found: SearchView) => {
        resolve(found)
        return settled()
      }
      const fail = () => {
        reject(new TypeError('Out of ink.'))
        return settled()
      }
      asked.push({ query, signal, answer, fail })
      return promise
    },
  })
  const ask = async (text: string) => {
    void model.ask(text, undefined)
    await settled()
  }
  const touch = async (knownArchives?: number) => {
    void model.touched(knownArchives)
    await settled()
  }
  const ids = () => {
    const state = model.state.value
    return 'found' in state ? state.found?.hits.map(({ messageId }) => messageId) : undefined
  }
  return { model, asked, ask, touch, ids, last: () => asked.at(-1) as Asked }
}

/** Of some of three archives; a message of a published index alone has no text yet. */
function found(messageIds: readonly string[], { searchedArchives = 1, isHeld = true } = {}): SearchView {
  const message = {} as NonNullable<SearchHit['message']>
  const hits = messageIds.map((messageId, at) => ({
    channelId: 'c',
    messageId,
    atMs: 1000 - at,
    ...(isHeld ? { message } : {}),
  }))
  return { hits, isMore: false, searchedArchives, knownArchives: 3 }
}

describe('what was found', () => {
  it('is asked for again when archives come, and stays in sight until then', async () => {
    const { ask, touch, last, asked, model, ids } = setUp()
    await ask('ink')
    await last().answer(found(['a']))
    await touch()
    expect(asked.map(({ query }) => query)).toEqual([
      { text: 'ink', limit: 30 },
      { text: 'ink', limit: 30 },
    ])
    expect(model.state.value.state).toBe('found')
    expect(ids()).toEqual(['a'])
    await last().answer(found(['a', 'b'], { searchedArchives: 2 }))
    expect(ids()).toEqual(['a', 'b'])
  })

  it('is not asked for again where all is searched and every message is held', async () => {
    const { ask, touch, last, asked } = setUp()
    await ask('ink')
    await last().answer(found(['a'], { searchedArchives: 3 }))
    await touch()
    expect(asked).toHaveLength(1)
  })

  it('is asked for again where all is searched and a message is not held yet', async () => {
    const { ask, touch, last, asked } = setUp()
    await ask('ink')
    await last().answer(found(['a'], { searchedArchives: 3, isHeld: false }))
    await touch()
    expect(asked).toHaveLength(2)
  })

  it('is asked for once at a time, and once more for what comes meanwhile', async () => {
    const { ask, touch, last, asked, ids } = setUp()
    await ask('ink')
    await last().answer(found(['a']))
    await touch()
    await touch()
    await touch()
    expect(asked).toHaveLength(2)
    await last().answer(found(['a', 'b'], { searchedArchives: 2 }))
    expect(asked).toHaveLength(3)
    await last().answer(found(['a', 'b', 'c'], { searchedArchives: 3 }))
    expect(ids()).toEqual(['a', 'b', 'c'])
    expect(asked).toHaveLength(3)
  })

  it('is asked for again once archives are known, be they told of before it or while it is asked', async () => {
    const { ask, touch, last, asked, ids } = setUp()
    const nothing = { hits: [], isMore: false, searchedArchives: 0, knownArchives: 0 }
    await ask('ink')
    await last().answer(nothing)
    await touch(3)
    expect(asked).toHaveLength(2)
    await last().answer(found(['a'], { searchedArchives: 3 }))
    expect(ids()).toEqual(['a'])

    const early = setUp()
    await early.ask('ink')
    await early.touch(3)
    expect(early.asked).toHaveLength(1)
    await early.last().answer(nothing)
    expect(early.asked).toHaveLength(2)
    await early.last().answer(found(['a'], { searchedArchives: 3 }))
    expect(early.ids()).toEqual(['a'])
    expect(early.asked).toHaveLength(2)
  })

  it('stays where asking again fails', async () => {
    const { ask, touch, last, model, ids } = setUp()
    await ask('ink')
    await last().answer(found(['a']))
    await touch()
    await last().fail()
    expect(model.state.value.state).toBe('found')
    expect(ids()).toEqual(['a'])
  })

  it('is not replaced by what was asked before a new question', async () => {
    const { ask, touch, last, asked, ids } = setUp()
    await ask('ink')
    await last().answer(found(['a']))
    await touch()
    const [, again] = asked
    await ask('paper')
    expect(again?.signal.aborted).toBe(true)
    await last().answer(found(['p']))
    await again?.answer(found(['a', 'b']))
    expect(ids()).toEqual(['p'])
  })

  it('does not shrink where somebody has read further back', async () => {
    const { model, ask, touch, last, asked, ids } = setUp()
    await ask('ink')
    const first = Array.from({ length: 30 }, (_, at) => `m${at}`)
    await last().answer(found(first))
    void model.more()
    await last().answer(found(['older']))
    expect(ids()).toEqual([...first, 'older'])
    await touch()
    expect(asked).toHaveLength(2)
  })
})

describe('a question', () => {
  it('that nobody has asked yet, or that has not been answered, is not asked again', async () => {
    const { ask, touch, asked, model } = setUp()
    await touch()
    expect(asked).toHaveLength(0)
    await ask('ink')
    await touch()
    expect(asked).toHaveLength(1)
    await ask('  ')
    expect(model.state.value).toEqual({ state: 'empty' })
  })
})
