import { describe, expect, it } from 'vitest'
import { SHARED_CACHE } from '../rpc/shared-files.ts'
import { dropStrandedShares, shareTarget } from './share-target.ts'

const SCOPE = 'https://quire.example.org/app/'

/** As much of Cache Storage as is needed; it is full after `room` entries. */
class MemoryCache {
  readonly entries = new Map<string, Response>()
  readonly #room: number

  constructor(room = 10) {
    this.#room = room
  }

  async put(url: string, response: Response): Promise<void> {
    if (this.entries.size >= this.#room) throw new DOMException('full', 'QuotaExceededError')
    this.entries.set(url, response)
  }

  async delete(url: string): Promise<boolean> {
    return this.entries.delete(url)
  }

  async match(url: string): Promise<Response | undefined> {
    return this.entries.get(url)
  }

  async keys(): Promise<string[]> {
    return [...this.entries.keys()]
  }
}

async function share(form: FormData, { cache = new MemoryCache(), id = 'an-id', atMs = 0 } = {}) {
  const answer = shareTarget({
    scope: SCOPE,
    caches: { open: async () => cache as unknown as Cache },
    createId: () => id,
    nowMs: () => atMs,
  })
  const response = await answer(new Request(`${SCOPE}share`, { method: 'POST', body: form }))
  return { status: response?.status, location: response?.headers.get('location'), cache }
}

function formOf(fields: Readonly<Record<string, string | readonly File[]>>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.append(name, value)
    else for (const file of value) form.append(name, file)
  }
  return form
}

describe('what another app shares', () => {
  it('waits in a cache, with its name and type, for the page that it leads to', async () => {
    const photo = new File(['a photo'], 'Übung 1.jpg', { type: 'image/jpeg' })
    const { status, location, cache } = await share(formOf({ files: [photo, new File(['more'], 'b')] }))
    expect([status, location]).toEqual([303, `${SCOPE}#/shared/an-id`])
    expect([...cache.entries.keys()]).toEqual([`${SCOPE}share/an-id/0`, `${SCOPE}share/an-id/1`])
    const kept = cache.entries.get(`${SCOPE}share/an-id/0`)
    expect(await kept?.text()).toBe('a photo')
    expect(Object.fromEntries(kept?.headers ?? [])).toMatchObject({
      'content-type': 'image/jpeg',
      'x-quire-name': '%C3%9Cbung%201.jpg',
    })
  })

  it('is opened where it is a link', async () => {
    const { location, cache } = await share(formOf({ title: 'A film', text: 'Look: codex:zDv', url: '' }))
    expect(location).toBe(`${SCOPE}#/web%2Bcodex%3ALook%3A%20codex%3AzDv`)
    expect(cache.entries.size).toBe(0)
  })

  it('leads to the files where it is nothing that can be opened', async () => {
    expect((await share(formOf({ title: 'A title' }))).location).toBe(`${SCOPE}#/`)
    expect((await share(formOf({ text: 'x'.repeat(20_000) }))).location).toBe(`${SCOPE}#/`)
  })

  it('is kept whole or not at all, and the page is told', async () => {
    const files = ['a', 'b', 'c'].map((name) => new File([name], name))
    const { location, cache } = await share(formOf({ files }), { cache: new MemoryCache(2) })
    expect(location).toBe(`${SCOPE}#/shared/failed`)
    expect(cache.entries.size).toBe(0)
  })

  it('is let go of where no page took it within an hour', async () => {
    const cache = new MemoryCache()
    const files = [new File(['a'], 'a'), new File(['b'], 'b')]
    await share(formOf({ files }), { cache, id: 'stranded', atMs: 0 })
    await share(formOf({ files }), { cache, id: 'fresh', atMs: 30 * 60_000 })
    const parts = {
      caches: { has: async (name: string) => name === SHARED_CACHE, open: async () => cache as unknown as Cache },
      nowMs: () => 60 * 60_000,
    }

    await dropStrandedShares(parts)

    expect([...cache.entries.keys()]).toEqual([`${SCOPE}share/fresh/0`, `${SCOPE}share/fresh/1`])
  })

  it('makes no cache where nothing was shared', async () => {
    const caches = { has: async () => false, open: () => Promise.reject(new Error('It was opened.')) }

    expect(await dropStrandedShares({ caches, nowMs: () => 0 })).toBeUndefined()
  })

  it('is not what comes by GET, or to another address', () => {
    const answer = shareTarget({
      scope: SCOPE,
      caches: { open: () => Promise.reject(new Error()) },
      createId: () => '',
      nowMs: () => 0,
    })
    expect(answer(new Request(`${SCOPE}share`))).toBeUndefined()
    expect(answer(new Request(`${SCOPE}other`, { method: 'POST', body: '' }))).toBeUndefined()
  })
})
