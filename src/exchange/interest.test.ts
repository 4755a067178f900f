import { describe, expect, it } from 'vitest'
import { treeCidFromDigest, type TreeCid } from '../codec/cid.ts'
import { InterestBook } from './interest.ts'
import { MAX_INTEREST_PEERS, MAX_INTEREST_TREES } from './limits.ts'
import type { PeerKey } from './network-port.ts'

// Names are enough: the book does not look into them.
const peer = (name: string | number): PeerKey => `peer-${name}` as PeerKey

function tree(index: number): TreeCid {
  const digest = new Uint8Array(32)
  new DataView(digest.buffer).setUint32(0, index)
  return treeCidFromDigest(digest)
}

describe('who asked for what', () => {
  it('is kept until the peer goes', () => {
    const book = new InterestBook()
    book.note(tree(1), peer('a'))
    book.note(tree(1), peer('b'))
    book.note(tree(2), peer('b'))
    expect(book.peersOf(tree(1))).toEqual([peer('a'), peer('b')])

    book.forget(peer('b'))
    expect(book.peersOf(tree(1))).toEqual([peer('a')])
    expect(book.peersOf(tree(2))).toEqual([])
  })

  it('is not forgotten for a peer that asks for everything, of which the last is kept', () => {
    const book = new InterestBook()
    book.note(tree(0), peer('honest'))
    book.note(tree(0), peer('flood'))
    for (let index = 1; index <= MAX_INTEREST_TREES; index++) book.note(tree(index), peer('flood'))

    expect(book.peersOf(tree(0))).toEqual([peer('honest')])
    expect(book.peersOf(tree(1))).toEqual([peer('flood')])
    expect(book.peersOf(tree(MAX_INTEREST_TREES))).toEqual([peer('flood')])
  })

  it('goes by when a peer asked last', () => {
    const book = new InterestBook()
    book.note(tree(0), peer('a'))
    for (let index = 1; index < MAX_INTEREST_TREES; index++) book.note(tree(index), peer('a'))
    book.note(tree(0), peer('a'))
    book.note(tree(MAX_INTEREST_TREES), peer('a'))

    expect(book.peersOf(tree(0))).toEqual([peer('a')])
    expect(book.peersOf(tree(1))).toEqual([])
  })

  it('is not kept of more peers than are told', () => {
    const book = new InterestBook()
    for (let index = 0; index <= MAX_INTEREST_PEERS; index++) book.note(tree(0), peer(index))

    expect(book.peersOf(tree(0))).toHaveLength(MAX_INTEREST_PEERS)
  })
})
