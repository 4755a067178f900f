import { describe, expect, it } from 'vitest'
import type { WidgetView } from './protocol.ts'
import { appHashOf, linkOf, readAddress, writeAddress } from './view.ts'

const CID = `zDvZRwz${'m'.repeat(45)}`
const COMMUNITY = `0x02${'ab'.repeat(32)}`
const CHANNEL = `${COMMUNITY}01234567-89ab-cdef-0123-456789abcdef`
const MESSAGE = `0x${'cd'.repeat(32)}`
const ADDRESS = '/dns4/keeper.example/tcp/443/wss/p2p/16Uiu2HAm'
const NONCE = 'ab'.repeat(16)

const VIEWS: readonly WidgetView[] = [
  { kind: 'file', cid: CID },
  { kind: 'file', cid: CID, atSeconds: 90.5, addresses: [ADDRESS, `${ADDRESS}2`] },
  { kind: 'community', id: COMMUNITY },
  { kind: 'community', id: COMMUNITY, channelId: CHANNEL, messageId: MESSAGE, atMs: 1_700_000_000_000 },
  { kind: 'community', id: COMMUNITY, addresses: [ADDRESS] },
  { kind: 'drop' },
]

describe('the address of a widget', () => {
  it.each(VIEWS)('says what it shows: %j', (view) => {
    const address = { view, nonce: NONCE, theme: 'dark', locale: 'de-CH' } as const
    expect(readAddress(writeAddress(address))).toEqual(address)
    expect(readAddress(writeAddress({ view, nonce: undefined }))).toEqual({ view, nonce: undefined })
  })

  it.each(['', '#/', '#/file', '#/file/zDv', '#/file/<script>', '#/community/0x04', '#/settings', '#/c/x', `#/${CID}`])(
    'names nothing where it is none: %s',
    (hash) => {
      expect(readAddress(hash).view).toBeUndefined()
    },
  )

  it('leaves out parts that are not well-formed', () => {
    const hash = `#/file/${CID}?at=soon&maddrs=ftp://x,${ADDRESS},/a b&theme=pink&lang=${'x'.repeat(99)}&nonce=12`
    expect(readAddress(hash)).toEqual({ view: { kind: 'file', cid: CID, addresses: [ADDRESS] }, nonce: undefined })
    expect(readAddress(`#/community/${COMMUNITY}/general?m=1&t=-5`).view).toEqual({ kind: 'community', id: COMMUNITY })
  })

  it('leads to the same place in Quire’s own page', () => {
    expect(VIEWS.map(appHashOf)).toEqual([
      `#/${CID}`,
      `#/${CID}?maddrs=${ADDRESS},${ADDRESS}2`,
      `#/c/${COMMUNITY}`,
      `#/c/${CHANNEL.replace(COMMUNITY, `${COMMUNITY}/`)}?m=${MESSAGE}&t=1700000000000`,
      `#/c/${COMMUNITY}?maddrs=${ADDRESS}`,
      '#/',
    ])
    expect(linkOf({ kind: 'file', cid: CID, addresses: [ADDRESS] })).toBe(`${CID}?maddrs=${ADDRESS}`)
  })
})
