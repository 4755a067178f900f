import { describe, expect, it } from 'vitest'
import { parseHostPolicy } from './host-policy.ts'
import { HostRights, type Question } from './host-rights.ts'
import { KeptAnswers, type AnswerStorage } from './kept-answers.ts'

const ORIGIN = 'https://blog.example'
const POLICY = parseHostPolicy({ '*': { read: 'allowed', upload: 'asked', publish: 'denied' } })

class FakeStorage implements AnswerStorage {
  readonly items = new Map<string, string>()
  getItem = (key: string): string | null => this.items.get(key) ?? null
  setItem = (key: string, value: string): void => void this.items.set(key, value)
}

function rightsOf(storage: () => AnswerStorage, origin: string | undefined = ORIGIN): HostRights {
  return new HostRights(new KeptAnswers(storage), { origin, policy: POLICY })
}

/** The question that is open, or that comes next. */
function asked(rights: HostRights): Promise<Question> {
  return new Promise((resolve) => {
    const stop = rights.question.subscribe((question) => {
      if (question === undefined) return
      queueMicrotask(() => stop())
      resolve(question)
    })
  })
}

describe('what a host page may do', () => {
  it('is asked of the person where the site says so, and kept for that host where they say so', async () => {
    const storage = new FakeStorage()
    const rights = rightsOf(() => storage)
    expect(await rights.ask('read')).toBe(true)
    expect(await rights.ask('publish')).toBe(false)
    expect(rights.question.peek()).toBeUndefined()

    const once = rights.ask('upload', ['a.txt'])
    expect(await asked(rights)).toMatchObject({ right: 'upload', subject: ['a.txt'] })
    rights.question.peek()?.answer({ isAllowed: true, isKept: false })
    expect(await once).toBe(true)
    expect(rights.rights.peek().upload).toBe('asked')

    const kept = rights.ask('upload')
    ;(await asked(rights)).answer({ isAllowed: true, isKept: true })
    expect(await kept).toBe(true)
    expect(rightsOf(() => storage).rights.peek().upload).toBe('allowed')
    expect(rightsOf(() => storage, 'https://other.example').rights.peek().upload).toBe('asked')
  })

  it('is asked one question at a time, each of its own; what was answered for good meanwhile is not asked', async () => {
    const rights = rightsOf(() => new FakeStorage())
    const [first, second, third] = ['a.txt', 'b.txt', 'c.txt'].map((name) => rights.ask('upload', [name]))
    const one = await asked(rights)
    one.answer({ isAllowed: false, isKept: false })
    expect(await first).toBe(false)
    const other = await asked(rights)
    expect([other.subject, other.number === one.number]).toEqual([['b.txt'], false])
    other.answer({ isAllowed: true, isKept: true })
    expect([await second, await third]).toEqual([true, true])
  })

  it('is told to those who follow it when it changes, and not when an answer leaves it as it was', () => {
    const storage = new FakeStorage()
    const rights = rightsOf(() => storage)
    const told: unknown[] = []
    rights.rights.subscribe(({ upload }) => told.push(upload))
    for (const answer of ['allowed', 'allowed', 'denied'] as const) rights.set('upload', answer)
    expect(told).toEqual(['asked', 'allowed', 'denied'])
  })

  it('lasts as long as the page for what is shown and written, where the person does not have it kept', async () => {
    const storage = new FakeStorage()
    const policy = parseHostPolicy({ '*': { read: 'asked', publish: 'asked' } })
    const rights = new HostRights(new KeptAnswers(() => storage), { origin: ORIGIN, policy })
    for (const right of ['read', 'publish'] as const) {
      const answered = rights.ask(right)
      ;(await asked(rights)).answer({ isAllowed: true, isKept: false })
      expect(await answered).toBe(true)
    }
    expect(rights.rights.peek()).toEqual({ read: 'allowed', upload: 'denied', publish: 'allowed' })
    expect(storage.items.size).toBe(0)
  })

  it('is taken back, and then asked again', async () => {
    const storage = new FakeStorage()
    const rights = rightsOf(() => storage)
    rights.set('upload', 'denied')
    expect(await rights.ask('upload')).toBe(false)
    rights.takeBack('upload')
    expect([rights.rights.peek().upload, rightsOf(() => storage).rights.peek().upload]).toEqual(['asked', 'asked'])
    expect(storage.items.get('quire-widget-hosts')).toBe('{}')
  })

  it('lasts as long as the page where nothing can be stored, or the host has no name', async () => {
    const forbidden = (): never => {
      throw new DOMException('Denied.', 'SecurityError')
    }
    const rights = rightsOf(forbidden)
    rights.set('upload', 'allowed')
    expect(rights.rights.peek().upload).toBe('allowed')
    expect(rightsOf(forbidden).rights.peek().upload).toBe('asked')
    const nameless = rightsOf(forbidden, 'http://plain.example')
    expect([nameless.isKeepable, nameless.rights.peek().upload]).toEqual([false, 'denied'])
  })

  it('never goes beyond the site’s word, whatever was kept', () => {
    const storage = new FakeStorage()
    storage.items.set('quire-widget-hosts', JSON.stringify({ [ORIGIN]: { answers: { publish: 'allowed' }, atMs: 1 } }))
    expect(rightsOf(() => storage).rights.peek().publish).toBe('denied')
  })
})

describe('kept answers', () => {
  it.each(['{', '7', '{"https://blog.example":7}', '{"https://blog.example":{"answers":{"upload":"yes"}}}'])(
    'that cannot be read allow nothing: %s',
    (text) => {
      const storage = new FakeStorage()
      storage.items.set('quire-widget-hosts', text)
      expect(new KeptAnswers(() => storage).of(ORIGIN)).toEqual({})
    },
  )

  it('are those of 500 hosts at most, the newest', () => {
    const storage = new FakeStorage()
    const row = (atMs: number) => ({ answers: { upload: 'allowed' }, atMs })
    const rows = Array.from({ length: 500 }, (_, atMs) => [`https://h${atMs}.example`, row(atMs)])
    storage.items.set('quire-widget-hosts', JSON.stringify(Object.fromEntries(rows)))
    const answers = new KeptAnswers(
      () => storage,
      () => 1_000,
    )
    answers.keep(ORIGIN, 'upload', 'allowed')
    expect(answers.hosts.peek().size).toBe(500)
    expect(answers.of('https://h0.example')).toEqual({})
    expect(answers.of(ORIGIN)).toEqual({ upload: 'allowed' })
  })

  it('of another widget count here, and are not written over', () => {
    const storage = new FakeStorage()
    const [one, other] = [new KeptAnswers(() => storage), new KeptAnswers(() => storage)]
    one.keep(ORIGIN, 'upload', 'allowed')
    other.keep('https://shop.example', 'publish', 'denied')
    expect(new KeptAnswers(() => storage).of(ORIGIN)).toEqual({ upload: 'allowed' })
    one.refresh()
    expect(one.of('https://shop.example')).toEqual({ publish: 'denied' })
  })
})
