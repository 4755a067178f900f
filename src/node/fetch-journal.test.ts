import { describe, expect, it } from 'vitest'
import { QuireError } from '../errors.ts'
import { createMemorySettings } from '../store/memory-settings.ts'
import { FetchJournal, type FetchRecord, mergedAddresses } from './fetch-journal.ts'

const silent = (): void => undefined

function record(cid: string, given: Partial<FetchRecord> = {}): FetchRecord {
  return { cid, addresses: ['/dns4/a.example/tcp/1'], isPaused: false, startedAtMs: 1, ...given }
}

describe('FetchJournal', () => {
  it('gives the next run what was put and not removed, the oldest first', async () => {
    const settings = createMemorySettings()
    const journal = new FetchJournal({ settings, log: silent })
    await journal.load()
    journal.put(record('zB', { startedAtMs: 2, isPaused: true }))
    journal.put(record('zA', { startedAtMs: 1 }))
    journal.put(record('zC'))
    journal.remove('zC')
    await journal.settled()
    const next = new FetchJournal({ settings, log: silent })
    expect(await next.load()).toEqual([record('zA'), record('zB', { startedAtMs: 2, isPaused: true })])
  })

  it('writes many changes together', async () => {
    let writes = 0
    const settings = { get: async () => undefined, set: async () => void writes++ }
    const journal = new FetchJournal({ settings, log: silent })
    for (let i = 0; i < 100; i++) journal.put(record(`z${i}`))
    await journal.settled()
    expect(writes).toBe(1)
  })

  it('logs a value that it cannot read or write, and goes on', async () => {
    const logged: string[] = []
    const log = (_level: string, event: string): void => void logged.push(event)
    const failing = (): Promise<never> => Promise.reject(new QuireError('ERR_STORE_FAILED', 'Broken.'))
    const broken = new FetchJournal({ settings: { get: failing, set: failing }, log })
    expect(await broken.load()).toEqual([])
    broken.put(record('zA'))
    await broken.settled()
    expect(logged).toEqual(['the list of fetches could not be read', 'the list of fetches could not be written'])
  })

  it.each([
    ['no JSON', '{'],
    ['no list', '{"cid":"zA"}'],
    ['odd entries', '[null, 1, {"cid":7}, {"cid":"zA","addresses":[],"isPaused":"no","startedAtMs":1}]'],
  ])('leaves out what is damaged: %s', async (_what, text) => {
    const settings = { get: async () => new TextEncoder().encode(text), set: async () => undefined }
    expect(await new FetchJournal({ settings, log: silent }).load()).toEqual([])
  })

  it('keeps a bounded number of addresses, each once', () => {
    const many = Array.from({ length: 20 }, (_, i) => `/dns4/${i}`)
    expect(mergedAddresses(['/dns4/0', 7, 'x'.repeat(600)], many)).toEqual(many.slice(0, 8))
  })
})
