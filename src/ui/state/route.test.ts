import { describe, expect, it } from 'vitest'
import { fakeCid } from '../testing/fake-datasets.ts'
import { hexOf } from '../testing/history-messages.ts'
import { baseOf, findCid, findCommunityId, hashOf, linkIn, routeOf, sharedIdIn } from './route.ts'

const CID = fakeCid(1)

describe('routeOf', () => {
  it.each(['', '#', '#/', '#/nowhere', '#/zDv'])('leads %j to the files', (hash) => {
    expect(routeOf(hash)).toEqual({ place: 'files' })
  })

  it('reads places', () => {
    expect(routeOf('#/network')).toEqual({ place: 'network' })
    expect(routeOf('#/settings')).toEqual({ place: 'settings' })
  })

  it('reads a share link with its addresses', () => {
    expect(routeOf(`#/${CID}?maddrs=%2Fdns4%2Fa.example%2Ftcp%2F443`)).toEqual({ place: 'files', cid: CID })
  })

  it('is the inverse of hashOf', () => {
    for (const route of [{ place: 'files' }, { place: 'network' }, { place: 'files', cid: CID }] as const) {
      expect(routeOf(hashOf(route))).toEqual(route)
    }
  })
})

describe('linkIn', () => {
  it('is what a fragment holds beside places, damaged links too', () => {
    expect(linkIn(`#/${CID}?maddrs=a`)).toBe(`${CID}?maddrs=a`)
    expect(linkIn('#/zDvZRwz')).toBe('zDvZRwz')
    expect(['', '#/', '#/network', '#/settings'].map(linkIn)).toEqual([undefined, undefined, undefined, undefined])
  })
})

describe('findCid', () => {
  it('finds a CID in a whole link and in a sentence', () => {
    expect(findCid(`https://quire.example.org/#/${CID}?maddrs=a,b`)).toBe(CID)
    expect(findCid(`here it is: ${CID}, have fun`)).toBe(CID)
  })

  it('takes no word and no part of a longer text for a CID', () => {
    expect(findCid('zebra')).toBeUndefined()
    expect(findCid(`x${CID}`)).toBeUndefined()
    expect(findCid(CID + CID)).toBeUndefined()
  })
})

describe('baseOf', () => {
  it('cuts the fragment and nothing else', () => {
    expect(baseOf(`https://a.example/q/?x=1#/${CID}`)).toBe('https://a.example/q/?x=1')
    expect(baseOf('https://a.example/')).toBe('https://a.example/')
  })
})

describe('the routes of communities', () => {
  const ID = hexOf(1, 33, '02')
  const channelId = `${ID}0a1b2c3d-0000-4000-8000-00000000abcd`
  const messageId = hexOf(2, 32)

  it.each([
    { id: ID },
    { id: ID, channelId },
    { id: ID, panel: 'publish' },
    { id: ID, channelId, focus: { messageId, atMs: 1_755_000_000_000 } },
    { id: ID, channelId, focus: { atMs: 12 }, panel: 'about' },
  ] as const)('come back from the fragment that they are written to', (community) => {
    const route = { place: 'communities', community } as const
    expect(routeOf(hashOf(route))).toEqual(route)
  })

  it('take a share link with its addresses, and leave out what is no message and no moment', () => {
    const hash = `#/c/${ID.replace('ab', 'AB')}?maddrs=%2Fdns4%2Fa.example&m=0x12&t=soon&panel=nowhere`
    expect(routeOf(hash)).toEqual({ place: 'communities', community: { id: ID } })
    expect(linkIn(hash)).toBe(hash.slice(2))
  })

  it('lead a damaged id to the list, and the link to whoever can say so', () => {
    expect(routeOf(`#/c/${ID.slice(0, -2)}`)).toEqual({ place: 'communities' })
    expect(routeOf(`#/c/${ID}ff`)).toEqual({ place: 'communities' })
    expect(linkIn(`#/c/${ID}ff`)).toBe(`c/${ID}ff`)
  })

  it('find a community in a sentence, and none in a longer number', () => {
    expect(findCommunityId(`come to https://a.example/#/c/${ID}?maddrs=x`)).toBe(ID)
    expect(findCommunityId(`${ID}0`)).toBeUndefined()
    expect(findCid(`https://a.example/#/c/${ID}`)).toBeUndefined()
  })
})

describe('a link that the system hands on', () => {
  const cid = fakeCid(3)
  const community = `0x02${'ab'.repeat(32)}`

  it.each([
    ['encoded', `#/${encodeURIComponent(`web+codex:${cid}?maddrs=%2Fip4%2F1.2.3.4`)}`],
    ['with slashes', `#/${encodeURIComponent(`web+codex://${cid}?maddrs=%2Fip4%2F1.2.3.4`)}`],
    ['as it was written', `#/web+codex:${cid}?maddrs=%2Fip4%2F1.2.3.4`.replaceAll('%2F', '/')],
  ])('names a dataset, %s', (_title, hash) => {
    expect(routeOf(hash)).toEqual({ place: 'files', cid })
    expect(linkIn(hash)).toMatch(new RegExp(`^${cid}\\?maddrs=`, 'u'))
  })

  it('names a community', () => {
    expect(routeOf(`#/web%2Bcodex%3Ac%2F${community}`)).toEqual({ place: 'communities', community: { id: community } })
  })

  it('is told as it is where it is damaged', () => {
    expect(routeOf('#/web+codex:%E0%A4')).toEqual({ place: 'files' })
    expect(linkIn('#/web+codex:%E0%A4')).toBe('%E0%A4')
  })
})

describe('a share', () => {
  it('is named by its id alone', () => {
    expect(sharedIdIn('shared/0b0e-4f')).toBe('0b0e-4f')
    expect(sharedIdIn('shared/')).toBeUndefined()
    expect(sharedIdIn('shared/a/b')).toBeUndefined()
    expect(linkIn('#/shared/0b0e-4f')).toBe('shared/0b0e-4f')
  })
})
