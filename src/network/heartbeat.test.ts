import type { Connection, Stream } from '@libp2p/interface'
import { describe, expect, it } from 'vitest'
import type { HeartbeatInit } from './heartbeat.ts'
import { addressOf, type FixtureInit, nextChange, startNetwork, untilStatus } from './testing/network-fixture.ts'
import { PING_PROTOCOL } from './ping-service.ts'
import type { QuireNetwork } from './quire-network.ts'

const PROTOCOL = '/quire-test/1.0.0'
const WEB_SOCKET = { listen: ['/ip4/127.0.0.1/tcp/0/ws'] }
/** Short, but five beats to a death: a machine under load is late by less. */
const QUICK: HeartbeatInit = { intervalMs: 60, deadAfterMs: 300 }
/** Never in the time of a test. */
const STILL: HeartbeatInit = { intervalMs: 3_600_000, deadAfterMs: 3_600_000 }

/** A peer that does with pings what `onPing` does, and sends none; and one that watches it. */
async function watched(
  onPing: ((stream: Stream) => void) | undefined,
  init: FixtureInit = {},
): Promise<{ peer: QuireNetwork; watcher: QuireNetwork }> {
  const peer = await startNetwork({ node: WEB_SOCKET, socketHeartbeat: STILL })
  await peer.libp2p.unhandle(PING_PROTOCOL)
  if (onPing !== undefined) {
    await peer.libp2p.handle(PING_PROTOCOL, onPing, { maxInboundStreams: 1_000 })
  }
  const watcher = await startNetwork({ socketHeartbeat: QUICK, ...init })
  return { peer, watcher }
}

/** Resolves after `count` pings, wherever they came in. */
function pingCounter(count: number): { counted: Promise<void>; onPing: (stream: Stream) => void } {
  let resolve = (): void => undefined
  const counted = new Promise<void>((done) => {
    resolve = done
  })
  let left = count
  const onPing = (stream: Stream): void =>
    stream.addEventListener('message', ({ data }) => {
      stream.send(data)
      left--
      if (left === 0) resolve()
    })
  return { counted, onPing }
}

const echo = (stream: Stream): void => stream.addEventListener('message', ({ data }) => void stream.send(data))

function pingStreams(connection: Connection | undefined): Stream[] {
  return (
    connection?.streams.filter(({ protocol, direction }) => protocol === PING_PROTOCOL && direction === 'outbound') ??
    []
  )
}

describe('Heartbeat', () => {
  it('drops a peer that takes pings and never answers', async () => {
    const { peer, watcher } = await watched(() => undefined)
    const left = nextChange(watcher, 'left')
    const startMs = performance.now()

    await watcher.connect([addressOf(peer)])
    await left

    expect(performance.now() - startMs).toBeGreaterThanOrEqual(QUICK.deadAfterMs)
    // The socket is closed, not only forgotten: the other side sees it.
    await untilStatus(peer, () => peer.joinedPeers().length === 0)
  })

  it('drops a peer that answers at first and then stops', async () => {
    let answers = 3
    const { peer, watcher } = await watched((stream) =>
      stream.addEventListener('message', ({ data }) => {
        answers--
        if (answers > 0) stream.send(data)
      }),
    )
    const left = nextChange(watcher, 'left')

    await watcher.connect([addressOf(peer)])

    expect(await left).toEqual({ type: 'left', peer: peer.peerId })
  })

  it('keeps one stream for all its pings, and measures the round trip', async () => {
    const { counted, onPing } = pingCounter(10)
    const opened: Stream[] = []
    const { peer, watcher } = await watched((stream) => {
      opened.push(stream)
      onPing(stream)
    })
    await watcher.connect([addressOf(peer)])

    await counted

    expect(opened).toHaveLength(1)
    expect(watcher.joinedPeers()).toEqual([peer.peerId])
    await untilStatus(watcher, () => watcher.peers()[0]?.rttMs !== undefined)
    expect(watcher.peers()[0]?.rttMs).toBeGreaterThan(0)
  })

  it.each([
    {
      ends: 'resets each after one answer, as js-libp2p does',
      end: (stream: Stream) => stream.abort(new Error('enough')),
    },
    { ends: 'ends each in peace after one answer, as go-libp2p does', end: (stream: Stream) => void stream.close() },
  ])('opens another stream where the peer $ends in time', async ({ end }) => {
    let opened = 0
    let resolve = (): void => undefined
    const manyOpened = new Promise<void>((done) => {
      resolve = done
    })
    const { peer, watcher } = await watched((stream) => {
      opened++
      if (opened === 8) resolve()
      stream.addEventListener('message', () => end(stream), { once: true })
    })
    await watcher.connect([addressOf(peer)])

    await manyOpened

    expect(watcher.joinedPeers()).toEqual([peer.peerId])
    expect(pingStreams(watcher.libp2p.getConnections()[0]).length).toBeLessThanOrEqual(2)
  })

  it('leaves a peer alone that speaks no ping', async () => {
    const { peer, watcher } = await watched(undefined)
    await watcher.connect([addressOf(peer)])

    await elapsed(QUICK.deadAfterMs * 3)

    expect(watcher.joinedPeers()).toEqual([peer.peerId])
  })

  it('counts bytes of a transfer as life, though no ping is answered', async () => {
    const { peer, watcher } = await watched(() => undefined)
    await peer.handle(PROTOCOL, (stream) => {
      const timer = setInterval(() => void stream.send(new Uint8Array(1)), QUICK.intervalMs)
      stream.addEventListener('close', () => clearInterval(timer))
    })
    await watcher.connect([addressOf(peer)])
    const stream = await watcher.openStream(peer.peerId, PROTOCOL)
    let receivedBytes = 0
    stream.addEventListener('message', ({ data }) => void (receivedBytes += data.byteLength))

    await elapsed(QUICK.deadAfterMs * 3)

    expect(receivedBytes).toBeGreaterThan(0)
    expect(watcher.joinedPeers()).toEqual([peer.peerId])
    const left = nextChange(watcher, 'left')
    stream.abort(new Error('the transfer ends'))
    await left
  })

  it('forgives a silence during which this machine itself stood still', async () => {
    const { peer, watcher } = await watched(echo)
    await watcher.connect([addressOf(peer)])
    await untilStatus(watcher, () => watcher.joinedPeers().length === 1)
    const changes: string[] = []
    watcher.onPeerChange(({ type }) => changes.push(type))

    for (let round = 0; round < 3; round++) {
      standStill(QUICK.deadAfterMs * 2)
      await elapsed(QUICK.intervalMs * 2)
    }

    expect(changes).toEqual([])
  })

  it('stays calm while a transfer fills the line', async () => {
    const { peer, watcher } = await watched(echo)
    await peer.handle(PROTOCOL, (stream) => stream.addEventListener('message', () => undefined))
    await watcher.connect([addressOf(peer)])
    const stream = await watcher.openStream(peer.peerId, PROTOCOL)
    const block = new Uint8Array(65_536)
    const endMs = performance.now() + QUICK.deadAfterMs * 4

    while (performance.now() < endMs) if (!stream.send(block)) await stream.onDrain()

    expect(watcher.joinedPeers()).toEqual([peer.peerId])
    expect(watcher.peers()[0]?.sentBytes).toBeGreaterThan(block.byteLength * 10)
  })
})

// Time is what these tests are about: a heartbeat that fires wrongly does it while nothing else happens.
function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function standStill(ms: number): void {
  const endMs = performance.now() + ms
  while (performance.now() < endMs);
}
