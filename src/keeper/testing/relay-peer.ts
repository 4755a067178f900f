import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { webSockets } from '@libp2p/websockets'
import { lpStream } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { onTestFinished } from 'vitest'
import { HOP_PROTOCOL, STOP_PROTOCOL } from '../relay/messages.ts'

const SINK_PROTOCOL = '/test/sink/1.0.0'

/**
 * A peer as a browser is one to the relay: WebSocket only, waits behind the relay where it is told to.
 *
 * `QuireNetwork` is no use here: it never sends content through a relay.
 */
export async function startRelayPeer(init: { listenBehind?: string } = {}) {
  const libp2p = await createLibp2p({
    addresses: { listen: init.listenBehind === undefined ? [] : [`${init.listenBehind}/p2p-circuit`] },
    transports: [webSockets(), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
    // Its pings wait behind what a test sends, and it then takes the circuit for dead.
    connectionMonitor: { enabled: false },
  })
  onTestFinished(() => libp2p.stop())
  return libp2p
}

export type RelayPeer = Awaited<ReturnType<typeof startRelayPeer>>

/** Takes whatever is sent to it; `received` resolves once `sizeBytes` have come. */
export async function openSink(peer: RelayPeer, sizeBytes: number): Promise<{ received: Promise<void> }> {
  const { promise: received, resolve } = Promise.withResolvers<void>()
  let receivedBytes = 0
  const take = (stream: Stream): void => {
    stream.addEventListener('message', ({ data }) => {
      receivedBytes += data.byteLength
      if (receivedBytes >= sizeBytes) resolve()
    })
  }
  await peer.handle(SINK_PROTOCOL, take, { runOnLimitedConnection: true })
  return { received }
}

/** Sends `sizeBytes` from one peer to another through the relay; rejects where the circuit is cut. */
export async function sendThrough(
  relay: string,
  peers: { from: RelayPeer; to: RelayPeer },
  sizeBytes: number,
): Promise<void> {
  const address = multiaddr(`${relay}/p2p-circuit/p2p/${peers.to.peerId.toString()}`)
  const stream = await peers.from.dialProtocol(address, SINK_PROTOCOL, { runOnLimitedConnection: true })
  for (let sentBytes = 0; sentBytes < sizeBytes;) {
    const piece = new Uint8Array(Math.min(16_384, sizeBytes - sentBytes))
    sentBytes += piece.byteLength
    if (!stream.send(piece)) await stream.onDrain()
  }
}

/**
 * The two ends of a circuit without the connection that libp2p makes of them: its windows would hide how the relay itself
 * holds back. The listener’s end does not read.
 */
export async function openBareCircuit(relay: string, { from, to }: { from: RelayPeer; to: RelayPeer }) {
  const taken = Promise.withResolvers<Stream>()
  await to.unhandle(STOP_PROTOCOL)
  const take = async (stream: Stream): Promise<void> => {
    const stop = lpStream(stream)
    await stop.read()
    // STATUS, OK.
    await stop.write(Uint8Array.of(0x08, 0x01, 0x20, 0x64))
    const listener = stop.unwrap()
    listener.pause()
    taken.resolve(listener)
  }
  await to.handle(STOP_PROTOCOL, (stream) => void take(stream))
  const hop = lpStream(await from.dialProtocol(multiaddr(relay), HOP_PROTOCOL))
  const id = to.peerId.toMultihash().bytes
  // CONNECT, and the peer with its id.
  await hop.write(Uint8Array.of(0x08, 0x01, 0x12, id.length + 2, 0x0a, id.length, ...id))
  await hop.read()
  return { dialer: hop.unwrap(), listener: await taken.promise }
}
