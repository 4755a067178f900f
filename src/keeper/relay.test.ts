import { identify } from '@libp2p/identify'
import type { Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { lpStream } from '@libp2p/utils'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Keeper } from './keeper.ts'
import { DEFAULT_RELAY_LIMITS } from './relay-limits.ts'
import { createLog } from './log.ts'
import { HOP_PROTOCOL } from './relay/messages.ts'
import { type RelayComponents, RelayServer } from './relay/relay-server.ts'
import { openBareCircuit, openSink, type RelayPeer, sendThrough, startRelayPeer } from './testing/relay-peer.ts'
import { startKeeper } from './testing/started-keeper.ts'

function webSocketOf(keeper: Keeper): string {
  const address = keeper.addresses.find((candidate) => candidate.includes('/ws'))
  if (address === undefined) throw new Error('the keeper has no WebSocket address')
  return address
}

describe('the keeper’s relay', () => {
  it('gives a peer a reservation and counts it', async () => {
    const { keeper } = await startKeeper()

    const peer = await startRelayPeer({ listenBehind: webSocketOf(keeper) })

    expect(keeper.figures().reservations).toBe(1)
    expect(peer.getMultiaddrs().map(String)).toContain(
      `${webSocketOf(keeper)}/p2p-circuit/p2p/${peer.peerId.toString()}`,
    )
  })

  it('carries a batch of blocks between two peers, and counts its bytes by who sent them', async () => {
    const { keeper } = await startKeeper()
    const relay = webSocketOf(keeper)
    const to = await startRelayPeer({ listenBehind: relay })
    const from = await startRelayPeer()
    const batchBytes = 32 * 65_536
    const sink = await openSink(to, batchBytes)

    await sendThrough(relay, { from, to }, batchBytes)
    await sink.received

    const { dialerBytes, listenerBytes, circuits, openCircuits } = keeper.figures().relay
    expect(dialerBytes).toBeGreaterThan(batchBytes)
    expect(dialerBytes).toBeLessThan(batchBytes * 1.05)
    expect(listenerBytes).toBeGreaterThan(0)
    expect(listenerBytes).toBeLessThan(10_000)
    expect({ circuits, openCircuits }).toEqual({ circuits: 1, openCircuits: 1 })

    await from.stop()
    await vi.waitFor(() => expect(keeper.figures().relay.openCircuits).toBe(0))
    const metrics = await (await fetch(`${keeper.url}/metrics`)).text()
    expect(metrics).toContain(`quire_relay_bytes_total{from="dialer"} ${keeper.figures().relay.dialerBytes}\n`)
    expect(metrics).toContain('quire_relay_circuits_total 1\n')
    expect(metrics).toContain('quire_relay_reservations 1\n')
  })

  it('cuts a circuit that carries more than its limit', async () => {
    const { keeper } = await startKeeper({ relay: { ...DEFAULT_RELAY_LIMITS, circuitBytes: 100_000 } })
    const relay = webSocketOf(keeper)
    const to = await startRelayPeer({ listenBehind: relay })
    const from = await startRelayPeer()
    await openSink(to, 1_000_000)

    await expect(sendThrough(relay, { from, to }, 1_000_000)).rejects.toBeInstanceOf(Error)

    await vi.waitFor(() => expect(keeper.figures().relay.openCircuits).toBe(0))
    expect(keeper.figures().relay.dialerBytes).toBeLessThan(500_000)
  })

  it('refuses a reservation beyond the number it allows', async () => {
    const { keeper } = await startKeeper({ relay: { ...DEFAULT_RELAY_LIMITS, maxReservations: 1 } })
    await startRelayPeer({ listenBehind: webSocketOf(keeper) })

    await expect(startRelayPeer({ listenBehind: webSocketOf(keeper) })).rejects.toThrow(/RESERVATION_REFUSED/)
    expect(keeper.figures().reservations).toBe(1)
  })

  it('gives the place of a peer that leaves to the next one at once', async () => {
    const { keeper } = await startKeeper({ relay: { ...DEFAULT_RELAY_LIMITS, maxReservations: 1 } })
    const first = await startRelayPeer({ listenBehind: webSocketOf(keeper) })

    await first.stop()
    await vi.waitFor(() => expect(keeper.figures().reservations).toBe(0))

    await expect(startRelayPeer({ listenBehind: webSocketOf(keeper) })).resolves.toBeDefined()
  })

  it('tells both ends what a circuit may carry and for how many seconds, and cuts it then', async () => {
    const limits = { ...DEFAULT_RELAY_LIMITS, circuitBytes: 5_000_000, circuitDurationMs: 2_000 }
    const { keeper } = await startKeeper({ relay: limits })
    const to = await startRelayPeer({ listenBehind: webSocketOf(keeper) })
    const from = await startRelayPeer()

    const connection = await from.dial(circuitTo(keeper, to))
    const [incoming] = await vi.waitUntil(() => {
      const connections = to.getConnections(from.peerId)
      return connections.length > 0 && connections
    })

    for (const end of [connection, incoming]) {
      expect(end?.limits?.seconds).toBeLessThanOrEqual(2)
      expect(Number(end?.limits?.bytes)).toBeGreaterThan(4_900_000)
      expect(Number(end?.limits?.bytes)).toBeLessThan(5_000_000)
    }
    await vi.waitFor(() => expect(connection.status).not.toBe('open'), { timeout: 10_000 })
    expect(keeper.figures().relay).toMatchObject({ openCircuits: 0, cutForDuration: 1, cutForBytes: 0 })
  })

  it('holds no more of a circuit than its windows where the receiver does not read', async () => {
    const { keeper } = await startKeeper({ relay: { ...DEFAULT_RELAY_LIMITS, bytesPerSecond: 1e9 } })
    const to = await startRelayPeer({ listenBehind: webSocketOf(keeper) })
    const from = await startRelayPeer()
    const sizeBytes = 16 * 1024 * 1024
    const { dialer, listener } = await openBareCircuit(webSocketOf(keeper), { from, to })
    const sent = sendAll(dialer, sizeBytes)

    const stuckAt = await settled(() => keeper.figures().relay.dialerBytes)
    const received = receiveAll(listener, sizeBytes)
    listener.resume()
    await Promise.all([sent, received])

    // The receiver’s window of 256 KiB, what was on its way when it was full, and the window that the relay gives.
    expect(stuckAt).toBeGreaterThan(0)
    expect(stuckAt).toBeLessThan(4 * 1024 * 1024)
    expect(keeper.figures().relay.dialerBytes).toBe(sizeBytes)
  })

  it('shares its bandwidth between circuits', async () => {
    const bytesPerSecond = 4 * 1024 * 1024
    const { keeper } = await startKeeper({ relay: { ...DEFAULT_RELAY_LIMITS, bytesPerSecond } })
    const relay = webSocketOf(keeper)
    const sizeBytes = 3 * bytesPerSecond
    const pairs = await Promise.all(
      [0, 1].map(async () => ({ to: await startRelayPeer({ listenBehind: relay }), from: await startRelayPeer() })),
    )
    const sinks = await Promise.all(pairs.map(({ to }) => openSink(to, sizeBytes)))
    const startMs = performance.now()

    await Promise.all(pairs.map((pair) => sendThrough(relay, pair, sizeBytes)))
    const [first = 0, second = 0] = await Promise.all(
      sinks.map(({ received }) => received.then(() => performance.now() - startMs)),
    )

    // Six seconds’ worth, of which the first is there at once and the last window of each circuit, at most 1 MiB, goes into
    // debt. With a rate for each of them both would be there after two seconds, and so would one that is preferred.
    expect(Math.max(first, second)).toBeGreaterThan(4_400)
    expect(Math.min(first, second)).toBeGreaterThan(2_400)
  })

  it.each([
    ['is no protobuf', [0xff, 0xff, 0xff], 400],
    ['has no type', [], 400],
    ['names no peer', [0x08, 0x01], 400],
    ['names a peer that is none', [0x08, 0x01, 0x12, 0x03, 0x0a, 0x01, 0x07], 400],
    ['is an answer', [0x08, 0x02, 0x28, 0x64], 401],
  ])('answers a request that %s with a status', async (_title, request, status) => {
    const { keeper } = await startKeeper()
    const peer = await startRelayPeer()
    const stream = lpStream(await peer.dialProtocol(multiaddr(webSocketOf(keeper)), HOP_PROTOCOL))

    await stream.write(Uint8Array.from(request))
    const answer = await stream.read()

    // STATUS, and the status as a varint of two bytes.
    expect([...answer.subarray()]).toEqual([0x08, 0x02, 0x28, (status & 0x7f) | 0x80, status >> 7])
  })

  it('does not sign without end for a peer that asks without end', async () => {
    const relay = await startBareRelay({ perSecond: 0.001, burst: 5 })
    const [address = multiaddr('/memory/none')] = relay.getMultiaddrs()
    const connection = await (await startRelayPeer()).dial(address)
    const ask = async (): Promise<void> => {
      const stream = lpStream(await connection.newStream(HOP_PROTOCOL))
      await stream.write(Uint8Array.of(0x08, 0x00))
      await stream.read()
    }

    // One more than saved up: an allowance goes into debt once.
    for (let asked = 0; asked < 6; asked++) await ask()

    await expect(ask()).rejects.toBeInstanceOf(Error)
    expect(connection.status).toBe('open')
    await expect(startRelayPeer({ listenBehind: address.toString() })).resolves.toBeDefined()
  })

  it('refuses a circuit to a peer that does not wait here, and to one that does not answer', async () => {
    const { keeper } = await startKeeper()
    const from = await startRelayPeer()
    const elsewhere = await startRelayPeer()
    const deaf = await startRelayPeer({ listenBehind: webSocketOf(keeper) })
    await deaf.unhandle('/libp2p/circuit/relay/0.2.0/stop')

    await expect(from.dial(circuitTo(keeper, elsewhere))).rejects.toThrow(/NO_RESERVATION/)
    await expect(from.dial(circuitTo(keeper, deaf))).rejects.toThrow(/CONNECTION_FAILED/)

    expect(keeper.figures().relay).toMatchObject({ circuits: 0, openCircuits: 0, refusedCircuits: 2 })
  })
})

function circuitTo(keeper: Keeper, peer: RelayPeer) {
  return multiaddr(`${webSocketOf(keeper)}/p2p-circuit/p2p/${peer.peerId.toString()}`)
}

/** The relay without the rest of a keeper. */
async function startBareRelay(requests: { perSecond: number; burst: number }) {
  const log = createLog({ write: () => undefined }, 'silent')
  const libp2p = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: {
      identify: identify(),
      relay: (components: RelayComponents) =>
        new RelayServer(components, { limits: DEFAULT_RELAY_LIMITS, log, requests }),
    },
  })
  onTestFinished(() => libp2p.stop())
  return libp2p
}

async function sendAll(stream: Stream, sizeBytes: number): Promise<void> {
  const piece = new Uint8Array(16_384)
  for (let sentBytes = 0; sentBytes < sizeBytes; sentBytes += piece.byteLength) {
    if (!stream.send(piece)) await stream.onDrain()
  }
}

function receiveAll(stream: Stream, sizeBytes: number): Promise<void> {
  return new Promise((resolve) => {
    let receivedBytes = 0
    stream.addEventListener('message', ({ data }) => {
      receivedBytes += data.byteLength
      if (receivedBytes === sizeBytes) resolve()
    })
  })
}

/** The value once it has not changed in twenty looks. */
async function settled(read: () => number): Promise<number> {
  let last = -1
  let looks = 0
  await vi.waitUntil(
    () => {
      const value = read()
      looks = value === last ? looks + 1 : 0
      last = value
      return value > 0 && looks >= 20
    },
    { timeout: 20_000, interval: 50 },
  )
  return last
}
