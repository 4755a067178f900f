import { describe, expect, it } from 'vitest'
import { readLink } from './read-link.ts'

const COMMUNITY = `0x02${'ab'.repeat(32)}`
const UUID = '01234567-89ab-cdef-0123-456789abcdef'

describe('what stands in an attribute', () => {
  it.each([
    ['zDvZRwz', { id: 'zDvZRwz', addresses: [] }],
    [
      'https://quire.example/app/#/zDvZRwz?maddrs=/dns4/a,/dns4/b',
      { id: 'zDvZRwz', addresses: ['/dns4/a', '/dns4/b'] },
    ],
    [COMMUNITY, { id: COMMUNITY, addresses: [] }],
    [`https://quire.example/#/c/${COMMUNITY}`, { id: COMMUNITY, addresses: [] }],
    [`${COMMUNITY}/${UUID}`, { id: COMMUNITY, channelId: COMMUNITY + UUID, addresses: [] }],
    [
      `https://quire.example/#/c/${COMMUNITY}/${UUID}?m=0x12&t=17`,
      { id: COMMUNITY, channelId: COMMUNITY + UUID, messageId: '0x12', atMs: 17, addresses: [] },
    ],
    ['', { id: '', addresses: [] }],
  ])('is read as a bare name or as a link of Quire: %s', (text, link) => {
    expect(readLink(text)).toEqual(link)
  })

  it('is cut where it has no end', () => {
    expect(readLink('z'.repeat(1_000_000)).id.length).toBe(16_384)
  })
})
