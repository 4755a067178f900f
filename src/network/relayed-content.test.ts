import type { Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import type { PathRoom } from './peer-path.ts'
import type { PeerChange } from './peer-table.ts'
import type { QuireNetwork } from './quire-network.ts'
import {
  addressOf,
  type FixtureInit,
  nextChange,
  startKeeper,
  startNetwork,
  untilReserved,
  untilStatus,
} from './testing/network-fixture.ts'

const PROTOCOL = '/quire-test/1.0.0'
const WEB_SOCKET = { listen: ['/ip4/127.0.0.1/tcp/0/ws'] }
const KIB = 1024
/** Content goes through the relay at once; what was asked before is let go quickly. */
const AT_ONCE = { relayed: { patienceMs: { outbound: 0, inbound: 0 }, lingerMs: 20 } }
/** Not in the time of a test. */
const NEVER = { relayed: { patienceMs: { outbound: 3_600_000, inbound: 3_600_000 }, lingerMs: 20 } }

interface Trio {
  readonly keeper: QuireNetwork
  /** Waits behind the keeper; echoes. */
  readonly hidden: QuireNetwork
  readonly dialer: QuireNetwork
}

/** A keeper, a node behind it that nobody can dial, and one that dials it. */
async function trio(init: { limitBytes?: number; dialer?: FixtureInit; hidden?: FixtureInit } = {}): Promise<Trio> {
  const { limitBytes = 256 * KIB, dialer = AT_ONCE, hidden: hiddenInit = NEVER } = init
  const relay = { reservations: { defaultDataLimit: BigInt(limitBytes), defaultDurationLimit: 120_000 } }
  const keeper = await startKeeper({ relay })
  const hidden = await startNetwork({ keepers: [addressOf(keeper)], ...hiddenInit })
  await hidden.handle(PROTOCOL, (stream) => stream.addEventListener('message', ({ data }) => void stream.send(data)))
  await untilReserved(hidden)
  return { keeper, hidden, dialer: await startNetwork(dialer) }
}

async function echo(stream: Stream, sizeBytes: number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  let received = 0
  stream.addEventListener('message', ({ data }) => {
    received += data.byteLength
    if (received >= sizeBytes) resolve(received)
  })
  stream.send(new Uint8Array(sizeBytes))
  return promise
}

function roomTo(network: QuireNetwork, { peerId }: QuireNetwork): Extract<PathRoom, { kind: 'relayed' }> {
  const path = network.pathTo(peerId)
  if (path?.kind !== 'relayed') throw new Error('The path is not relayed.')
  return path
}

describe('RelayedContent', () => {
  it('carries content to a peer that cannot be dialled, and says through whom', async () => {
    const { keeper, hidden, dialer } = await trio()

    expect(await dialer.connect(hidden.status().addresses)).toEqual([hidden.peerId])
    const stream = await dialer.openStream(hidden.peerId, PROTOCOL)

    expect(await echo(stream, 10_000)).toBe(10_000)
    expect(dialer.joinedPeers()).toContain(hidden.peerId)
    const info = dialer.peers().find(({ peer }) => peer === hidden.peerId)
    expect(info).toMatchObject({
      isDirect: false,
      path: { kind: 'relayed', relay: keeper.peerId },
      receivedBytes: 10_000,
    })
  })

  it('takes the first stream of the other side for its decision', async () => {
    const { hidden, dialer } = await trio({ hidden: NEVER })
    await dialer.connect(hidden.status().addresses)
    expect(hidden.joinedPeers()).not.toContain(dialer.peerId)
    const joined = nextChange(hidden, 'joined', dialer.peerId)

    await dialer.openStream(hidden.peerId, PROTOCOL)

    await joined
    expect(hidden.pathTo(dialer.peerId)).toMatchObject({ kind: 'relayed' })
  })

  it('counts down what the relay lets through', async () => {
    const { hidden, dialer } = await trio({ limitBytes: 256 * KIB })
    await dialer.connect(hidden.status().addresses)
    const before = roomTo(dialer, hidden)

    await echo(await dialer.openStream(hidden.peerId, PROTOCOL), 50_000)

    expect(before.limitBytes).toBeLessThanOrEqual(256 * KIB)
    const spent = before.leftBytes - roomTo(dialer, hidden).leftBytes
    expect(spent).toBeGreaterThan(100_000)
    expect(spent).toBeLessThan(110_000)
  })

  it('moves to another circuit when asked to, and goes on there', async () => {
    const { hidden, dialer } = await trio({ limitBytes: 128 * KIB })
    await dialer.connect(hidden.status().addresses)
    await echo(await dialer.openStream(hidden.peerId, PROTOCOL), 40_000)
    const changes: PeerChange['type'][] = []
    dialer.onPeerChange(({ type }) => changes.push(type))
    const [old] = dialer.libp2p.getConnections().filter(({ direct }) => !direct)
    const oldClosed = new Promise((resolve) => old?.addEventListener('close', resolve, { once: true }))
    const joined = nextChange(dialer, 'joined', hidden.peerId)

    dialer.renewPath(hidden.peerId)
    dialer.renewPath(hidden.peerId)
    await joined

    expect(changes).toEqual(['left', 'joined'])
    expect(roomTo(dialer, hidden).leftBytes).toBeGreaterThan(100 * KIB)
    expect(await echo(await dialer.openStream(hidden.peerId, PROTOCOL), 40_000)).toBe(40_000)
    await oldClosed
    expect(dialer.libp2p.getConnections().filter(({ direct }) => !direct)).toHaveLength(1)
    expect(changes).toEqual(['left', 'joined'])
  })

  it('goes back to the circuit before where the one that took its place is gone', async () => {
    const lasting = { relayed: { ...AT_ONCE.relayed, lingerMs: 3_600_000 } }
    const { hidden, dialer } = await trio({ dialer: lasting })
    await dialer.connect(hidden.status().addresses)
    await echo(await dialer.openStream(hidden.peerId, PROTOCOL), 10)
    const joined = nextChange(dialer, 'joined', hidden.peerId)
    const before = dialer.libp2p.getConnections().filter(({ direct }) => !direct)
    dialer.renewPath(hidden.peerId)
    await joined
    const back = nextChange(dialer, 'joined', hidden.peerId)

    const latest = dialer.libp2p.getConnections().filter(({ direct }) => !direct)
    latest.find((connection) => !before.includes(connection))?.abort(new Error('cut'))
    await back

    expect(await echo(await dialer.openStream(hidden.peerId, PROTOCOL), 10)).toBe(10)
    const asked = nextChange(dialer, 'left', hidden.peerId)
    dialer.renewPath(hidden.peerId)
    expect(await asked).toMatchObject({ type: 'left' })
  })

  it('moves to a direct connection as soon as there is one, and lets the relayed one go', async () => {
    const { hidden, dialer } = await trio({ dialer: { ...AT_ONCE, node: WEB_SOCKET } })
    await dialer.connect(hidden.status().addresses)
    const changes: PeerChange['type'][] = []
    dialer.onPeerChange(({ type }) => changes.push(type))
    const relayed = dialer.libp2p.getConnections().find(({ direct }) => !direct)
    const letGo = new Promise((resolve) => relayed?.addEventListener('close', resolve, { once: true }))

    await hidden.libp2p.dial(multiaddr(addressOf(dialer)))
    await letGo

    expect(changes).toEqual(['left', 'joined'])
    expect(dialer.pathTo(hidden.peerId)).toEqual({ kind: 'direct' })
    expect(hidden.pathTo(dialer.peerId)).toEqual({ kind: 'direct' })
    await untilStatus(hidden, () => hidden.peers().every(({ isDirect }) => isDirect))
  })

  it('says that a peer left when the relay has cut the circuit', async () => {
    const { hidden, dialer } = await trio({ limitBytes: 64 * KIB })
    await dialer.connect(hidden.status().addresses)
    const left = nextChange(dialer, 'left', hidden.peerId)

    const stream = await dialer.openStream(hidden.peerId, PROTOCOL)
    stream.send(new Uint8Array(80 * KIB))

    await left
    expect(dialer.joinedPeers()).not.toContain(hidden.peerId)
  })

  it('carries content through a relay that sets no limits', async () => {
    const keeper = await startKeeper({ relay: { reservations: { applyDefaultLimit: false } } })
    const hidden = await startNetwork({ keepers: [addressOf(keeper)] })
    await hidden.handle(PROTOCOL, (stream) => stream.addEventListener('message', ({ data }) => void stream.send(data)))
    const { addresses } = await untilReserved(hidden)
    const dialer = await startNetwork(AT_ONCE)

    await dialer.connect(addresses)

    expect(dialer.pathTo(hidden.peerId)).toEqual({
      kind: 'relayed',
      leftBytes: Infinity,
      limitBytes: Infinity,
      leftMs: Infinity,
    })
    expect(await echo(await dialer.openStream(hidden.peerId, PROTOCOL), 1_000)).toBe(1_000)
  })

  it('waits for a direct connection while that may come', async () => {
    const { hidden, dialer } = await trio({ dialer: { ...NEVER, dialer: { upgradeTimeoutMs: 50 } } })

    await expect(dialer.connect(hidden.status().addresses)).rejects.toMatchObject({ code: 'ERR_DIAL_FAILED' })

    expect(dialer.peers().find(({ peer }) => peer === hidden.peerId)).toMatchObject({
      transport: 'circuit',
      path: { kind: 'relayed', why: 'trying' },
    })
    expect(dialer.joinedPeers()).not.toContain(hidden.peerId)
    await expect(dialer.openStream(hidden.peerId, PROTOCOL)).rejects.toMatchObject({ code: 'ERR_PEER_NOT_CONNECTED' })
  })
})
