import { describe, expect, it } from 'vitest'
import { fakeCid } from '../testing/fake-datasets.ts'
import { baseOf, findCid, hashOf, linkIn, routeOf } from './route.ts'

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
