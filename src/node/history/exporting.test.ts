import { describe, expect, it } from 'vitest'
import type { ExportFile } from '../../history/export/export-span.ts'
import { Exporting } from './exporting.ts'

const HOUR = 3_600_000
const START_MS = Date.UTC(2026, 0, 5)

type Components = ConstructorParameters<typeof Exporting>[0]

describe('an export', () => {
  it('goes on behind a message that its author has dated far ahead', async () => {
    const row = (text: string, atMs: number) => ({
      kind: 'message',
      id: `0x${text}`,
      channelId: '0x02a',
      author: { key: '0x02', name: 'Ana' },
      atMs,
      text,
      signature: 'author',
      reactions: [],
      attachments: [],
      delivery: 'archived',
    })
    const pages = [
      {
        rows: [row('one', START_MS), row('ahead', START_MS + 9_000 * HOUR)],
        newerCursor: `${START_MS + 1}:0x${'0'.repeat(64)}`,
      },
      { rows: [row('two', START_MS + HOUR)], newerCursor: `${START_MS + 99 * HOUR}:0x${'0'.repeat(64)}` },
      { rows: [row('later', START_MS + 100 * HOUR)], newerCursor: undefined },
    ]
    const texts: string[] = []
    const asked: unknown[] = []
    const parts = {
      timeline: {
        timeline: async (_id: string, query: unknown) => {
          asked.push(query)
          return pages[asked.length - 1]
        },
      },
      writeFile: async (file: ExportFile) => {
        for await (const bytes of file.bytes()) texts.push(new TextDecoder().decode(bytes))
        return new File([], file.name)
      },
    }
    const chats = new Map([['a', { position: 0, identity: { displayName: 'talk' } }]])
    const run = { id: '0x02', description: { chats, identity: { displayName: 'Gardeners' } }, spans: () => [] }
    const components = { parts, communities: { get: () => run }, reading: { contextOf: () => ({}) } }
    const exporting = new Exporting(components as unknown as Components)
    await exporting.export('0x02', { fromMs: START_MS, toMs: START_MS + 2 * HOUR, format: 'json' })
    const text = texts.join('')
    expect(text).toContain('"one"')
    expect(text).toContain('"two"')
    expect(text).not.toContain('later')
    expect(asked).toHaveLength(2)
  })
})
