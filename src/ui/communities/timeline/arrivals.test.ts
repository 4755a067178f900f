import { describe, expect, it } from 'vitest'
import type { MessageView, TimelineRow } from '../../../rpc/history-api.ts'
import { Arrivals, GATHER_MS } from './arrivals.ts'

function setUp() {
  const said: string[] = []
  const due = new Map<() => void, number>()
  const arrivals = new Arrivals({
    announce: (text) => void said.push(text),
    later: (act, afterMs) => {
      due.set(act, afterMs)
      return () => due.delete(act)
    },
  })
  const pass = () => {
    const acts = [...due.keys()]
    due.clear()
    for (const act of acts) act()
  }
  return { arrivals, said, due, pass }
}

function said(atMs: number, more: Partial<MessageView> = {}): TimelineRow {
  return {
    kind: 'message',
    id: `0x${atMs}`,
    channelId: 'c',
    author: { key: '0x04', name: 'Wren', isImported: false },
    atMs,
    text: `text ${atMs}`,
    signature: 'author',
    isOwn: false,
    isDeleted: false,
    isEdited: false,
    isPinned: false,
    reactions: [],
    attachments: [],
    delivery: 'live',
    ...more,
  }
}

describe('messages that come in', () => {
  it('are told after a while, and not those that were there at first', () => {
    const { arrivals, said: told, due, pass } = setUp()
    arrivals.note([said(1), said(2)])
    expect(due.size).toBe(0)
    arrivals.note([said(1), said(2), said(3)])
    expect([...due.values()]).toEqual([GATHER_MS])
    expect(told).toEqual([])
    pass()
    expect(told).toEqual(['New message from Wren: text 3'])
  })

  it('are one sentence where several come within that while', () => {
    const { arrivals, said: told, due, pass } = setUp()
    arrivals.note([])
    arrivals.note([said(1)])
    arrivals.note([said(1), said(2), said(3, { author: { key: '0x05', name: 'Tomas', isImported: false } })])
    expect(due.size).toBe(1)
    pass()
    expect(told).toEqual(['3 new messages, the last from Tomas'])
    arrivals.note([said(1), said(2), said(3), said(4)])
    pass()
    expect(told).toHaveLength(2)
    expect(told[1]).toBe('New message from Wren: text 4')
  })

  it('are not told where nobody has said something new to the person', () => {
    const { arrivals, due } = setUp()
    arrivals.note([said(5)])
    arrivals.note([
      said(4),
      said(5, { isEdited: true }),
      said(6, { isOwn: true }),
      said(7, { isDeleted: true }),
      said(8, { delivery: 'archived' }),
      { kind: 'gap', id: 'g', fromMs: 9, toMs: 10, archiveCount: 1, reason: 'not-fetched' },
    ])
    expect(due.size).toBe(0)
  })

  it('are told by their first words, as text, and by how much is attached where there are none', () => {
    const { arrivals, said: told, pass } = setUp()
    arrivals.note([])
    arrivals.note([said(1, { text: `**bold** ${'long '.repeat(100)}` })])
    pass()
    expect(told[0]).toMatch(/^New message from Wren: bold long .{140,160}…$/)
    const attached = { index: 0, kind: 'image', name: 'a.png', mediaType: 'image/png', isHere: false } as const
    arrivals.note([said(2, { text: '', attachments: [attached, { ...attached, index: 1 }] })])
    pass()
    expect(told[1]).toBe('New message from Wren: 2 attachments')
  })

  it('are told to nobody who has gone', () => {
    const { arrivals, said: told, due, pass } = setUp()
    arrivals.note([])
    arrivals.note([said(1)])
    arrivals.stop()
    expect(due.size).toBe(0)
    pass()
    expect(told).toEqual([])
  })
})
