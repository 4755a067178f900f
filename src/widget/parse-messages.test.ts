import { anything, assert, constantFrom, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseHello, parseHostMessage, parseReady, parseWidgetMessage } from './parse-messages.ts'
import type { WidgetMessage } from './protocol.ts'

const RIGHTS = { read: 'allowed', upload: 'asked', publish: 'denied' } as const
const CID = `zDvZRwz${'m'.repeat(45)}`
const MESSAGES: readonly WidgetMessage[] = [
  { type: 'welcome', version: 1, rights: RIGHTS, storage: 'partitioned' },
  { type: 'refused', reason: 'nonce' },
  { type: 'rights', rights: RIGHTS },
  { type: 'height', heightPx: 240 },
  { type: 'state', state: { state: 'ready' } },
  {
    type: 'state',
    state: { state: 'failed', error: { code: 'ERR_CID_INVALID', message: 'It is no CID.', advice: 'Check it.' } },
  },
  { type: 'progress', doneBytes: 1, totalBytes: 2 },
  { type: 'uploaded', file: { cid: CID, sizeBytes: 3, link: `https://q.example/#/${CID}`, name: 'a.txt' } },
  { type: 'moved', view: { kind: 'file', cid: CID } },
]

describe('messages across the frame', () => {
  it.each(MESSAGES)('are read as they were sent: $type', (message) => {
    expect(parseWidgetMessage(structuredClone(message))).toEqual(message)
  })

  it('are nothing where a part is missing or of another kind', () => {
    for (const message of MESSAGES) {
      for (const key of Object.keys(message).filter((name) => name !== 'totalBytes')) {
        expect(parseWidgetMessage({ ...message, [key]: Symbol.iterator.toString() })).not.toEqual(message)
      }
    }
    expect(parseWidgetMessage({ type: 'height', heightPx: 1e9 })).toBeUndefined()
    expect(parseWidgetMessage({ type: 'height', heightPx: -1 })).toBeUndefined()
    expect(parseWidgetMessage({ ...MESSAGES[0], version: 2 })).toBeUndefined()
  })

  it('are cut where a text has no end', () => {
    const long = 'x'.repeat(1_000_000)
    const error = { code: long, message: long, advice: long }
    const state = parseWidgetMessage({ type: 'state', state: { state: 'failed', error } })
    expect(JSON.stringify(state).length).toBeLessThan(3_000)
    expect(parseHostMessage({ type: 'upload', file: new Blob(['a']), name: long })).toMatchObject({
      name: 'x'.repeat(255),
    })
  })

  it('carry a file only as a file', () => {
    expect(parseHostMessage({ type: 'upload', file: { size: 7, slice: null } })).toBeUndefined()
    expect(parseHostMessage({ type: 'upload', file: 'https://x.example/a' })).toBeUndefined()
  })

  it('never throw, whatever comes', () => {
    const parsers = [parseReady, parseHello, parseHostMessage, parseWidgetMessage]
    const given = property(anything(), constantFrom(...MESSAGES), (value, message) => {
      for (const parse of parsers) {
        parse(value)
        for (const key of Object.keys(message)) parse({ ...message, [key]: value })
      }
    })
    expect(() => assert(given)).not.toThrow()
  })
})
