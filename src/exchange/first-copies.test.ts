import { expect, it } from 'vitest'
import { FirstCopies } from './first-copies.ts'
import { CROWD_PEERS, CROWD_SPAN_MS, MAX_DEFERRALS } from './limits.ts'
import type { PeerKey } from './network-port.ts'
import { ManualClock } from './testing/manual-clock.ts'

function setUp(askers: number) {
  const clock = new ManualClock()
  const copies = new FirstCopies({ clock }, { blockCount: 5 })
  const ask = (peer: string, indices: number[]): readonly number[] =>
    copies.asks(peer as PeerKey) ? copies.choose(peer as PeerKey, indices) : indices
  for (let i = 0; i < askers; i++) ask(`asker-${i}`, [4])
  for (let i = 0; i < askers; i++) ask(`asker-${i}`, [4])
  return { clock, copies, ask }
}

it('a few are given whatever they ask for', () => {
  const { ask } = setUp(CROWD_PEERS - 1)
  expect(ask('asker-0', [0, 1])).toEqual([0, 1])
  expect(ask('asker-1', [0, 1])).toEqual([0, 1])
})

it('a crowd is given each block once before any is given a second time', () => {
  const { ask } = setUp(CROWD_PEERS)
  expect(ask('asker-0', [0, 1])).toEqual([0, 1])
  expect(ask('asker-1', [1, 2])).toEqual([2])
  expect(ask('asker-1', [0])).toEqual([])
  expect(ask('asker-2', [3])).toEqual([3])
  // Each is out once.
  expect(ask('asker-1', [0])).toEqual([0])
})

it('one of a crowd that asks again and again for the same is given it', () => {
  const { ask } = setUp(CROWD_PEERS)
  ask('asker-0', [0])
  ask('asker-1', [1])
  for (let i = 0; i < MAX_DEFERRALS; i++) expect(ask('asker-1', [0])).toEqual([])
  expect(ask('asker-1', [0])).toEqual([0])
  expect(ask('asker-1', [0])).toEqual([])
})

it('an answer that was lost does not count', () => {
  const { ask, copies } = setUp(CROWD_PEERS)
  expect(ask('asker-0', [0])).toEqual([0])
  copies.undo([0])
  expect(ask('asker-1', [0])).toEqual([0])
})

it('a crowd is over when its peers ask no more, and the next begins anew', async () => {
  const { ask, clock, copies } = setUp(CROWD_PEERS)
  ask('asker-0', [0])
  await clock.advance(CROWD_SPAN_MS)
  expect(ask('asker-1', [0])).toEqual([0])
  for (let i = 0; i < CROWD_PEERS; i++) copies.asks(`late-${i}` as PeerKey)
  expect(ask('late-0', [0])).toEqual([0])
  expect(ask('late-1', [0, 1])).toEqual([1])
  expect(ask('late-1', [0])).toEqual([])
})

it('a newcomer is given what it asks for first', () => {
  const { ask } = setUp(CROWD_PEERS)
  expect(ask('asker-0', [0])).toEqual([0])
  expect(ask('late', [0])).toEqual([0])
})
