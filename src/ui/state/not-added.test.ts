import { describe, expect, it } from 'vitest'
import { NotAdded } from './not-added.ts'
import type { QueuedFile } from './upload-queue.ts'

function file(name: string, lastModified = 1): QueuedFile {
  return { file: new File(['content'], name, { lastModified }), name }
}

/** What a browser keeps from page to page. */
function keptStorage(value: string | null = null) {
  let kept = value
  return { getItem: () => kept, setItem: (_key: string, text: string) => void (kept = text) }
}

const namesOf = (notAdded: NotAdded) => notAdded.files.value.map(({ name }) => name)

describe('files that were not added', () => {
  it('are listed by the next page, and forgotten by name, size and date when they are given again', () => {
    const storage = keptStorage()
    new NotAdded(() => storage).note([file('a'), file('b'), file('c')])
    const next = new NotAdded(() => storage)
    next.load()
    expect(namesOf(next)).toEqual(['a', 'b', 'c'])
    next.given([file('b'), file('c', 2)])
    expect(namesOf(next)).toEqual(['a', 'c'])
  })

  it('stay noted beside what is added now, over another page', () => {
    const storage = keptStorage()
    new NotAdded(() => storage).note([file('old')])
    const next = new NotAdded(() => storage)
    next.load()
    next.note([file('new')])
    const last = new NotAdded(() => storage)
    last.load()
    expect(namesOf(last)).toEqual(['new', 'old'])
  })

  it('are noted at once, and forgotten as they are done without writing all names for each', () => {
    const storage = keptStorage()
    let writeCount = 0
    const counted = { ...storage, setItem: (key: string, text: string) => (writeCount++, storage.setItem(key, text)) }
    const notAdded = new NotAdded(() => counted)
    let unfinished = Array.from({ length: 1000 }, (_, at) => file(`${at}`))
    const notedNames = () => {
      const next = new NotAdded(() => storage)
      next.load()
      return new Set(namesOf(next))
    }
    notAdded.note(unfinished)
    expect(notedNames().size).toBe(1000)
    for (let step = 1; unfinished.length > 0; step++) {
      unfinished = step === 500 ? [...unfinished, file('late')] : unfinished.slice(1)
      notAdded.note(unfinished)
      if (step % 50 !== 0 && unfinished.length > 0) continue
      const noted = notedNames()
      expect(unfinished.every(({ name }) => noted.has(name))).toBe(true)
      expect(noted.size).toBeLessThanOrEqual(unfinished.length / 0.98)
    }
    expect(writeCount).toBeLessThan(250)
  })

  it('can be left out, all or one', () => {
    const notAdded = new NotAdded(() => keptStorage())
    notAdded.keep([file('a'), file('b'), file('a')])
    notAdded.leaveOutOne({ name: 'a', sizeBytes: 7 })
    expect(namesOf(notAdded)).toEqual(['b'])
    notAdded.leaveOut()
    expect(namesOf(notAdded)).toEqual([])
  })

  it.each(['{', '{}', '[1, null, {"name": "a"}]', null])('are none where storage holds %s', (value) => {
    const notAdded = new NotAdded(() => keptStorage(value))
    notAdded.load()
    expect(namesOf(notAdded)).toEqual([])
  })

  it('are kept for the life of the page where the browser forbids storage', () => {
    const notAdded = new NotAdded(() => {
      throw new DOMException('Denied.', 'SecurityError')
    })
    notAdded.load()
    notAdded.keep([file('a')])
    notAdded.note([file('b')])
    expect(namesOf(notAdded)).toEqual(['a'])
  })
})
