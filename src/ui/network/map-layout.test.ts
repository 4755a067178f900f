import { describe, expect, it } from 'vitest'
import type { PeerView } from '../../rpc/api.ts'
import type { RelayView } from '../../rpc/connectivity.ts'
import { BROWSER, KEEPER, RELAYED } from '../testing/scenario-parts.ts'
import { layOut, type NetworkMap } from './map-layout.ts'

const relay = (peer: string, state: RelayView['state'] = 'reserved'): RelayView => ({
  peer,
  address: `/dns4/${peer}.example.org/tcp/443/tls/ws`,
  state,
})
const HELD = relay(KEEPER.peer)
const direct = (at: number, given: Partial<PeerView> = {}): PeerView => ({
  ...BROWSER,
  peer: `direct-${at}`,
  receivedBytesPerSecond: 0,
  sentBytesPerSecond: 0,
  ...given,
})
const relayed = (at: number): PeerView => ({ ...RELAYED, peer: `relayed-${at}` })
const many = (count: number, make: (at: number) => PeerView) => Array.from({ length: count }, (_, at) => make(at))
const wide = (relays: readonly RelayView[], peers: readonly PeerView[]) => layOut({ widthPx: 900, relays, peers })

/** Middles of all nodes, none of which may come closer than this to another. */
function closest({ self, relays, peers, more }: NetworkMap): number {
  const places = [self, ...relays, ...peers, ...(more === undefined ? [] : [more])]
  const distances = places.flatMap((a, at) => places.slice(at + 1).map((b) => Math.hypot(a.x - b.x, a.y - b.y)))
  return Math.min(...distances)
}

describe('the drawing of the network', () => {
  it('shows a node that is connected to nobody', () => {
    const map = wide([], [])
    expect(map).toMatchObject({ relays: [], peers: [], lines: [], more: undefined })
    expect(map.heightPx).toBeGreaterThan(map.self.y + 42)
  })

  it('leads to a direct peer straight, and to a relayed one over its relay', () => {
    const map = wide([HELD], [KEEPER, direct(1), RELAYED])
    const [held] = map.relays
    expect(map.lines.map(({ key, kind }) => `${kind} ${key}`)).toEqual([
      `relay relay ${HELD.address}`,
      `relayed peer ${RELAYED.peer}`,
      'direct peer direct-1',
    ])
    expect(map.lines[1]?.path).toContain(` ${held?.x},${held?.y}C`)
    expect(map.lines[2]?.path.match(/C/g)).toHaveLength(1)
  })

  it('leads straight to a peer whose relay is not known', () => {
    const map = wide([HELD], [{ ...RELAYED, path: { kind: 'relayed', relay: '', why: 'trying' } }])
    expect(map.lines[1]).toMatchObject({ kind: 'relayed' })
    expect(map.lines[1]?.path.match(/C/g)).toHaveLength(1)
  })

  it('shows a keeper once, as a relay', () => {
    expect(wide([HELD], [KEEPER]).peers).toEqual([])
  })

  it('marks the line to a keeper that is down', () => {
    const map = wide([relay('a', 'down'), HELD], [])
    expect(map.lines.map(({ isUp }) => isUp)).toEqual([false, true])
  })

  it.each([
    [320, 0, 0, 0],
    [320, 1, 1, 1],
    [320, 3, 2, 30],
    [900, 1, 0, 1],
    [900, 0, 0, 12],
    [900, 4, 1, 3],
    [900, 1, 7, 0],
    [1400, 3, 9, 96],
  ])('keeps nodes apart and within %i px with %i relays, %i relayed and %i direct peers', (...numbers) => {
    const [widthPx, relayCount, relayedCount, directCount] = numbers
    const relays = Array.from({ length: relayCount }, (_, at) => relay(`relay-${at}`))
    const map = layOut({ widthPx, relays, peers: [...many(relayedCount, relayed), ...many(directCount, direct)] })
    expect(closest(map)).toBeGreaterThan(40)
    for (const { x, y } of [map.self, ...map.relays, ...map.peers]) {
      expect(x).toBeGreaterThan(20)
      expect(x).toBeLessThan(widthPx - 20)
      expect(y).toBeGreaterThan(20)
      expect(y).toBeLessThan(map.heightPx - 20)
    }
  })

  it('lets no line to a direct peer pass through a relay', () => {
    const map = wide([HELD, relay('b'), relay('c')], [relayed(1), ...many(8, direct)])
    const lowestRelay = Math.max(...map.relays.map(({ y }) => y))
    const highestLine = Math.min(map.self.y, ...map.peers.slice(1).map(({ y }) => y))
    expect(highestLine).toBeGreaterThan(lowestRelay + 20)
  })

  it('draws at most twelve peers, relayed ones and those at work first, and counts the others', () => {
    const busy = direct(98, { receivedBytesPerSecond: 50_000 })
    const { peers, more } = wide([HELD], [...many(40, direct), busy, relayed(99)])
    expect(peers).toHaveLength(11)
    expect(peers.map(({ peer }) => peer.peer).slice(0, 2)).toEqual(['relayed-99', 'direct-98'])
    expect(more?.count).toBe(31)
  })

  it('leaves peers at their places when one of few begins to carry something', () => {
    const before = wide([HELD], many(5, direct))
    const after = wide(
      [HELD],
      many(5, (at) => direct(at, at === 4 ? { sentBytesPerSecond: 90_000 } : {})),
    )
    expect(after.peers.map(({ peer, y }) => [peer.peer, y])).toEqual(before.peers.map(({ peer, y }) => [peer.peer, y]))
  })
})
