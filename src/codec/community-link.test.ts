import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isQuireError } from '../errors.ts'
import { encodeCommunityLink, parseCommunityLink } from './community-link.ts'

const ID = `0x02${'f0'.repeat(32)}`
const MESSAGE = `0x${'1c'.repeat(32)}`
const ADDRESS = '/dns4/keeper.example/tcp/443/wss/p2p/16Uiu2HAm'
const ENVELOPE = Uint8Array.from({ length: 300 }, (_, i) => (7 * i) & 255)
const PLACE = { channel: '5e3a-general', messageId: MESSAGE, atMs: 1_700_000_000_123 }

function outcomeOf(text: string): string {
  try {
    return parseCommunityLink(text).community
  } catch (error) {
    return isQuireError(error) ? error.code : String(error)
  }
}

describe('links to communities', () => {
  it('say all in the fragment, in words that a person can read', () => {
    const link = encodeCommunityLink('https://q.example/app#/old', {
      community: ID,
      addresses: [ADDRESS],
      place: PLACE,
    })
    expect(link).toBe(`https://q.example/app#/c/${ID}/5e3a-general?m=${MESSAGE}&t=1700000000123&maddrs=${ADDRESS}`)
  })

  it('come back as they were', () => {
    const link = { community: ID, addresses: [ADDRESS], envelope: ENVELOPE, place: PLACE }
    expect(parseCommunityLink(encodeCommunityLink('http://localhost/', link))).toEqual(link)
    const bare = { community: ID, addresses: [], envelope: undefined, place: undefined }
    expect(parseCommunityLink(encodeCommunityLink('http://localhost/', bare))).toEqual(bare)
  })

  it('are found as a bare id, in a sentence, in capital letters and percent-encoded', () => {
    const texts = [ID, ` “${ID}”. `, `Join https://q.example/#/c/${ID}, please`, `https://q/#%2Fc%2F${ID}%3Fmaddrs=x`]
    expect(texts.map((text) => parseCommunityLink(text).community)).toEqual(texts.map(() => ID))
    expect(parseCommunityLink(`0x${ID.slice(2).toUpperCase()}`).community).toBe(ID)
  })

  it('lose what cannot be used in them and still name the community', () => {
    const text = `https://q/#/c/${ID}/general?m=0x12&t=soon&maddrs=nonsense,${ADDRESS}&link=@@@`
    expect(parseCommunityLink(text)).toEqual({
      community: ID,
      addresses: [ADDRESS],
      envelope: undefined,
      place: { channel: 'general' },
    })
    expect(parseCommunityLink(`https://q/#/c/${ID}?link=${'A'.repeat(9_000)}`).envelope).toBeUndefined()
  })

  it('leave out an envelope that no reader would take', () => {
    const link = { community: ID, addresses: [], envelope: new Uint8Array(3_000) }
    expect(encodeCommunityLink('http://localhost/', link)).toBe(`http://localhost/#/c/${ID}`)
  })

  it('refuse what names no community, whatever it is, with one code', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        const outcome = outcomeOf(text)
        expect(/^0x0[23]|^ERR_COMMUNITY_LINK_INVALID$/.test(outcome)).toBe(true)
      }),
    )
    for (const text of [`0x04${'f0'.repeat(32)}`, ID.slice(0, -1), 'x'.repeat(20_000)]) {
      expect(() => parseCommunityLink(text)).toThrow(expect.objectContaining({ code: 'ERR_COMMUNITY_LINK_INVALID' }))
    }
    expect(() => encodeCommunityLink('page', { community: ID, addresses: [] })).toThrow(
      expect.objectContaining({ code: 'ERR_COMMUNITY_LINK_INVALID' }),
    )
  })
})
