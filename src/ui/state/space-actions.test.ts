import { describe, expect, it } from 'vitest'
import { QuireError } from '../../errors.ts'
import type { NodeApi } from '../../rpc/api.ts'
import type { PageServices, PageStorage } from '../page/page-services.ts'
import { datasetOf, fakeCid } from '../testing/fake-datasets.ts'
import type { FileActions } from './file-actions.ts'
import { Notices } from './notices.ts'
import { SpaceActions } from './space-actions.ts'

const GONE = [
  { cid: fakeCid(1), name: 'a.mp4', sizeBytes: 5, lastUsedAtMs: 1 },
  { cid: fakeCid(2), sizeBytes: 7, lastUsedAtMs: 2 },
]
const EVICTION = { evicted: GONE, reason: 'needed', atMs: 10 } as const

function storageWith(text: string | null = null): PageStorage & { text: string | null } {
  return {
    text,
    getItem() {
      return this.text
    },
    setItem(_key, value) {
      this.text = value
    },
  }
}

function spaceOn(storage: PageStorage, page: Partial<PageServices> = {}, setPinned?: NodeApi['setPinned']) {
  const notices = new Notices()
  const said: string[] = []
  let measured = 0
  const space = new SpaceActions({
    node: () => ({ setPinned: setPinned ?? (async () => undefined) }) as unknown as NodeApi,
    page: { storage: () => storage, ...page } as PageServices,
    files: { measureSpace: async () => void (measured += 1) } as unknown as FileActions,
    notices,
    announce: (text) => said.push(text),
  })
  return { space, notices, said, measured: () => measured }
}

describe('what went to make room', () => {
  it('is listed over visits until it is here again or the list is cleared', () => {
    const storage = storageWith()
    spaceOn(storage).space.noteEviction(EVICTION)
    const { space } = spaceOn(storage)
    expect(space.gone.value.map(({ cid }) => cid)).toEqual([fakeCid(1), fakeCid(2)])
    space.noteHere([datasetOf(fakeCid(1))])
    expect(space.gone.value.map(({ cid }) => cid)).toEqual([fakeCid(2)])
    space.forgetGone()
    expect(spaceOn(storage).space.gone.value).toEqual([])
  })

  it('is named once, with its last time first, and at most fifty', () => {
    const { space } = spaceOn(storageWith())
    space.noteEviction(EVICTION)
    space.noteEviction({ ...EVICTION, evicted: GONE.slice(1), atMs: 20 })
    expect(space.gone.value.map(({ cid, atMs }) => [cid, atMs])).toEqual([
      [fakeCid(2), 20],
      [fakeCid(1), 10],
    ])
    const many = Array.from({ length: 80 }, (_, at) => ({ cid: fakeCid(100 + at), sizeBytes: 1, lastUsedAtMs: 1 }))
    space.noteEviction({ ...EVICTION, evicted: many })
    expect(space.gone.value).toHaveLength(50)
  })

  it.each(['nonsense', '{}', '[{"cid":1}]', '[{"cid":"z","sizeBytes":"x","atMs":1}]', '[null]', 'null'])(
    'is nothing where the browser keeps %s',
    (text) => {
      expect(spaceOn(storageWith(text)).space.gone.value).toEqual([])
    },
  )
})

describe('the browser’s promise', () => {
  it('is read, asked for, told, and its space measured anew', async () => {
    const page = { isPersistent: async () => false, askForPersistence: async () => true }
    const { space, said, measured } = spaceOn(storageWith(), page)
    await space.readPromise()
    expect(space.promised.value).toBe('no')
    await space.askForPromise()
    expect(space.promised.value).toBe('yes')
    expect(said).toEqual([expect.stringMatching(/^The browser has promised/u)])
    expect(measured()).toBe(1)
  })

  it('is refused where the browser fails to answer', async () => {
    const fail = () => Promise.reject(new TypeError('not here'))
    const { space } = spaceOn(storageWith(), { isPersistent: fail, askForPersistence: fail })
    await space.readPromise()
    expect(space.promised.value).toBe('unknown')
    await space.askForPromise()
    expect(space.promised.value).toBe('refused')
  })
})

describe('a pin', () => {
  it('is set, and told', async () => {
    const calls: unknown[] = []
    const { space, said } = spaceOn(storageWith(), {}, async (...args) => void calls.push(args))
    await space.setPinned(datasetOf(fakeCid(1), { name: 'a.mp4' }), true)
    expect(calls).toEqual([[fakeCid(1), true]])
    expect(said).toEqual(['a.mp4: pinned, it stays'])
  })

  it('that the node refuses is told in a notice', async () => {
    const refuse = () => Promise.reject(new QuireError('ERR_DATASET_NOT_FOUND', 'It is not here.'))
    const { space, notices } = spaceOn(storageWith(), {}, refuse)
    await space.setPinned(datasetOf(fakeCid(1), { name: 'a.mp4' }), false)
    expect(notices.list.value).toMatchObject([{ names: ['a.mp4'], error: { code: 'ERR_DATASET_NOT_FOUND' } }])
  })
})
