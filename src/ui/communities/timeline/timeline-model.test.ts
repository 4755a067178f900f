import { describe, expect, it } from 'vitest'
import type { MessageView, TimelineAnchor, TimelinePage } from '../../../rpc/history-api.ts'
import { TimelineModel } from './timeline-model.ts'

const ALL = 1000

/** A channel of a thousand messages, one a second. */
function channel() {
  let texts = Array.from({ length: ALL }, (_, at) => `text ${at}`)
  const asked: TimelineAnchor[] = []
  const page = (start: number, limit: number): TimelinePage => {
    const from = Math.max(0, start)
    const to = Math.min(texts.length, start + limit)
    const rows = texts.slice(from, to).map((text, at) => messageOf(from + at, text))
    const olderCursor = from === 0 ? undefined : String(from)
    return { rows, olderCursor, newerCursor: to === texts.length ? undefined : String(to), isFound: true }
  }
  const load = async (anchor: TimelineAnchor, { limit }: { limit: number }): Promise<TimelinePage> => {
    asked.push(anchor)
    if (anchor.kind === 'newest') return page(texts.length - limit, limit)
    if (anchor.kind === 'before') return page(Number(anchor.cursor) - limit, limit)
    if (anchor.kind === 'after') return page(Number(anchor.cursor), limit)
    const at = anchor.kind === 'time' ? anchor.atMs / 1000 : Number(anchor.messageId)
    return page(at - limit / 2, limit)
  }
  const model = new TimelineModel({ load, nextFrame: () => Promise.resolve() })
  const change = (given: readonly string[]) => (texts = [...given])
  return { model, asked, change, texts: () => texts, textsShown: () => model.shown.value.window.rows.map(textOf) }
}

const textOf = (row: TimelinePage['rows'][number]) => (row.kind === 'message' ? row.text : '')

function messageOf(at: number, text: string): MessageView {
  const author = { key: '0x04', name: 'Wren', isImported: false }
  const rest = { isOwn: false, isDeleted: false, isEdited: false, isPinned: false, reactions: [], attachments: [] }
  const id = String(at)
  return {
    kind: 'message',
    id,
    channelId: 'c',
    author,
    atMs: at * 1000,
    text,
    signature: 'author',
    delivery: 'live',
    ...rest,
  }
}

describe('TimelineModel', () => {
  it('goes from the newest to the oldest and back with a bounded window, in order', async () => {
    const { model, textsShown, texts } = channel()
    await model.open({ kind: 'newest' })
    while (model.hasOlder) {
      model.setReading({ row: model.shown.value.window.rows[0], isAtEnd: false })
      await model.loadOlder()
      expect(textsShown().length).toBeLessThan(320)
    }
    expect(textsShown()[0]).toBe('text 0')
    while (model.hasNewer) {
      model.setReading({ row: model.shown.value.window.rows.at(-1), isAtEnd: false })
      await model.loadNewer()
      const first = texts().indexOf(textsShown()[0] ?? '')
      expect(textsShown()).toEqual(texts().slice(first, first + textsShown().length))
    }
    expect(textsShown().at(-1)).toBe(`text ${ALL - 1}`)
  })

  it('tells of no end before the last portion is shown', async () => {
    const { model, textsShown } = channel()
    await model.open({ kind: 'time', atMs: 50_000 })
    const ends: boolean[] = []
    const stop = model.shown.subscribe(() => ends.push(model.hasOlder || textsShown()[0] === 'text 0'))
    await model.loadOlder()
    stop()
    expect(ends.every(Boolean)).toBe(true)
  })

  it('draws again only what has changed', async () => {
    const { model, change, texts } = channel()
    await model.open({ kind: 'newest' })
    const before = model.shown.value.window.rows
    change(texts().map((text) => (text === 'text 990' ? 'edited' : text)))
    model.setReading({ row: before[40], isAtEnd: true })
    model.touched(0, ALL * 1000)
    await settled(model, 'edited')
    const after = model.shown.value.window.rows
    const changed = after.filter((row) => !before.includes(row))
    expect(changed.map(textOf)).toEqual(['edited'])
    expect(model.shown.value.placement).toEqual({ kind: 'keep' })
  })

  it('counts what came while one reads further up', async () => {
    const { model, change, texts } = channel()
    await model.open({ kind: 'newest' })
    model.setReading({ row: model.shown.value.window.rows[10], isAtEnd: false })
    change([...texts(), 'new one', 'new two'])
    model.touched(ALL * 1000, ALL * 1000)
    await settled(model, 'new two')
    expect(model.newCount.value).toBe(2)
    model.setReading({ row: model.shown.value.window.rows.at(-1), isAtEnd: true })
    expect(model.newCount.value).toBe(0)
  })

  it('asks for nothing when what changed is out of its window', async () => {
    const { model, asked } = channel()
    await model.open({ kind: 'time', atMs: 500_000 })
    model.touched(0, 1000)
    model.touched(990_000, 991_000)
    expect(asked.length).toBe(1)
  })

  it('forgets the answer to a question that nobody waits for any more', async () => {
    const { model, textsShown } = channel()
    const first = model.open({ kind: 'newest' })
    await model.open({ kind: 'time', atMs: 500_000 })
    await first
    expect(textsShown()).toContain('text 500')
    expect(textsShown()).not.toContain('text 999')
  })

  it('goes to a message that a search index named by the beginning of its id, once its week is here', async () => {
    let isHere = false
    const rows = [messageOf(1, 'before'), { ...messageOf(2, 'wanted'), id: '0x1234567890' }]
    const load = async (): Promise<TimelinePage> =>
      isHere ? { rows, isFound: true, foundId: '0x1234567890' } : { rows: rows.slice(0, 1), isFound: false }
    const model = new TimelineModel({ load, nextFrame: () => Promise.resolve() })
    await model.open({ kind: 'message', messageId: '0x12345678', atMs: 2000 })
    expect(model.shown.value.isNotFound).toBe(true)
    expect(model.highlightedId.value).toBeUndefined()
    isHere = true
    const { promise, resolve } = Promise.withResolvers<string>()
    const stop = model.highlightedId.subscribe((id) => {
      if (id !== undefined) resolve(id)
    })
    model.touched(0, 3000)
    expect(await promise).toBe('0x1234567890')
    stop()
    expect(model.shown.value).toMatchObject({ isNotFound: false, placement: { kind: 'row', id: '0x1234567890' } })
  })
})

/** Resolves once the text is shown. */
async function settled(model: TimelineModel, text: string): Promise<void> {
  const shown = Promise.withResolvers<void>()
  const stop = model.shown.subscribe(({ window }) => {
    if (window.rows.some((row) => textOf(row) === text)) shown.resolve()
  })
  await shown.promise
  stop()
  // What is counted is counted after all of it is shown.
  await new Promise((resolve) => setTimeout(resolve, 0))
}
