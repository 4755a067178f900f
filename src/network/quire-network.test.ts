import type { Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { describe, expect, it } from 'vitest'
import type { PeerChange } from './peer-table.ts'
import {
  addressOf,
  nextChange,
  startKeeper,
  startNetwork,
  untilReserved,
  untilStatus,
} from './testing/network-fixture.ts'

const PROTOCOL = '/quire-test/1.0.0'
const WEB_SOCKET = { listen: ['/ip4/127.0.0.1/tcp/0/ws'] }

describe('QuireNetwork', () => {
  it('says that a peer joined at its first direct connection and left at its last', async () => {
    const listener = await startNetwork({ node: WEB_SOCKET })
    const dialer = await startNetwork()
    const changes: PeerChange[] = []
    listener.onPeerChange((change) => changes.push(change))

    await dialer.connect([addressOf(listener)])
    await untilStatus(listener, () => listener.joinedPeers().includes(dialer.peerId))
    const left = nextChange(listener, 'left')
    await dialer.stop()
    await left

    expect(changes).toEqual([
      { type: 'joined', peer: dialer.peerId },
      { type: 'left', peer: dialer.peerId },
    ])
    expect(listener.joinedPeers()).toEqual([])
  })

  it('carries a stream both ways and counts its bytes', async () => {
    const listener = await startNetwork({ node: WEB_SOCKET })
    const dialer = await startNetwork()
    await listener.handle(PROTOCOL, (stream) =>
      stream.addEventListener('message', ({ data }) => void stream.send(data)),
    )
    await dialer.connect([addressOf(listener)])

    const stream = await dialer.openStream(listener.peerId, PROTOCOL)
    const echo = new Promise<number>((resolve) =>
      stream.addEventListener('message', ({ data }) => resolve(data.byteLength)),
    )
    stream.send(new Uint8Array(1000))

    expect(await echo).toBe(1000)
    const [peer] = dialer.peers()
    expect(peer).toMatchObject({
      peer: listener.peerId,
      isDirect: true,
      transport: 'websocket',
      sentBytes: 1000,
      receivedBytes: 1000,
    })
    const [other] = listener.peers()
    expect(other).toMatchObject({ sentBytes: 1000, receivedBytes: 1000 })
  })

  it('refuses a connection of its own beside a socket, which gains nothing by it', async () => {
    const listener = await startNetwork({ node: WEB_SOCKET })
    const dialer = await startNetwork()
    await listener.handle(PROTOCOL, () => undefined)
    await dialer.connect([addressOf(listener)])

    await expect(dialer.openStream(listener.peerId, PROTOCOL, { connection: 'own' })).rejects.toMatchObject({
      code: 'ERR_PEER_NOT_CONNECTED',
    })
    expect(dialer.libp2p.getConnections()).toHaveLength(1)
  })

  it('loses no byte of a stream whose reader comes late', async () => {
    const listener = await startNetwork({ node: WEB_SOCKET })
    const dialer = await startNetwork()
    const opened = new Promise<Stream>((resolve) => void listener.handle(PROTOCOL, resolve))
    await dialer.connect([addressOf(listener)])

    const sent = await dialer.openStream(listener.peerId, PROTOCOL)
    sent.send(new Uint8Array(70_000))
    // Answered in order: by then the bytes are there.
    await dialer.libp2p.services.ping.ping(peerIdFromString(listener.peerId))
    const stream = await opened
    const waitingBytes = stream.readBufferLength
    const received = new Promise<number>((resolve) => {
      stream.addEventListener('message', ({ data }) => resolve(data.byteLength), { once: true })
    })

    expect(await received).toBe(waitingBytes)
    expect(waitingBytes).toBe(70_000)
    expect(listener.peers()[0]?.receivedBytes).toBe(70_000)
  })

  it('tells who a peer is', async () => {
    const keeper = await startKeeper()
    const network = await startNetwork({ keepers: [addressOf(keeper)] })
    await untilReserved(network)

    const [peer] = network.peers()

    expect(peer).toMatchObject({ peer: keeper.peerId, agent: 'Quire/0.0.0', isKeeper: true, isDirect: true })
  })

  it('drops a peer at once and refuses it afterwards, in both directions', async () => {
    const listener = await startNetwork({ node: WEB_SOCKET })
    const dialer = await startNetwork({ node: WEB_SOCKET })
    await dialer.connect([addressOf(listener)])
    await untilStatus(listener, () => listener.joinedPeers().length === 1)

    const left = nextChange(dialer, 'left', listener.peerId)
    await listener.drop(dialer.peerId, 'sent a bad block')
    await left

    expect(listener.joinedPeers()).toEqual([])
    expect(listener.refusals()).toMatchObject([{ peer: dialer.peerId, reason: 'sent a bad block' }])
    // The dialler takes itself for connected until the other side, which knows it only then, hangs up.
    const changes: PeerChange[] = []
    listener.onPeerChange((change) => changes.push(change))
    const leftAgain = nextChange(dialer, 'left', listener.peerId)
    await dialer.connect([addressOf(listener)])
    await leftAgain
    expect(changes).toEqual([])
    await expect(listener.connect([addressOf(dialer)])).rejects.toMatchObject({
      code: 'ERR_DIAL_FAILED',
      cause: { errors: [{ name: 'DialDeniedError' }] },
    })
  })

  it('drops a relay of its own without losing it, and says so', async () => {
    const keeper = await startKeeper()
    const network = await startNetwork({ keepers: [addressOf(keeper)] })
    await untilReserved(network)
    const changes: PeerChange[] = []
    network.onPeerChange((change) => changes.push(change))

    await network.drop(keeper.peerId, 'gave no blocks.')
    const { dropped, reachability } = network.status()

    expect(dropped).toMatchObject([{ peer: keeper.peerId, reason: 'gave no blocks. It relays for this node still.' }])
    expect(reachability).toMatchObject({ state: 'reachable', relays: 1 })
    expect(changes).toEqual([])
    // It may also be dialled again after a break.
    for (const connection of network.libp2p.getConnections()) connection.abort(new Error('cut'))
    await nextChange(network, 'joined', keeper.peerId)
    await untilReserved(network)
    expect(network.refusals()).toMatchObject([{ peer: keeper.peerId }])
  })

  it('says that a peer does not speak a protocol', async () => {
    const listener = await startNetwork({ node: WEB_SOCKET })
    const dialer = await startNetwork()
    await dialer.connect([addressOf(listener)])

    await expect(dialer.openStream(listener.peerId, PROTOCOL)).rejects.toMatchObject({
      code: 'ERR_PEER_NOT_CONNECTED',
      cause: { name: 'UnsupportedProtocolError' },
    })
  })

  it('opens no stream for a signal that has aborted', async () => {
    const listener = await startNetwork({ node: WEB_SOCKET })
    const dialer = await startNetwork()
    await dialer.connect([addressOf(listener)])
    const reason = new Error('enough')

    await expect(dialer.openStream(listener.peerId, PROTOCOL, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    )
  })

  it('says that it was stopped', async () => {
    const network = await startNetwork()
    await network.stop()

    await expect(network.connect([])).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' })
  })
})
