import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { onTestFinished } from 'vitest'

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
  })
  onTestFinished(() => libp2p.stop())
  return libp2p
}

export type RelayPeer = Awaited<ReturnType<typeof startRelayPeer>>

export interface Sink {
  /** Resolves once somebody sends to it. */
  readonly opened: Promise<void>
  /** Resolves once as much has come as was wanted. */
  readonly received: Promise<void>
  /** Begins to read, where it was made to wait. */
  readonly resume: () => void
}

/** Takes whatever is sent to it; with `isPaused` it does not read until it is told to. */
export async function openSink(peer: RelayPeer, sizeBytes: number, { isPaused = false } = {}): Promise<Sink> {
  const received = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<Stream>()
  let receivedBytes = 0
  const take = (stream: Stream): void => {
    if (isPaused) stream.pause()
    stream.addEventListener('message', ({ data }) => {
      receivedBytes += data.byteLength
      if (receivedBytes >= sizeBytes) received.resolve()
    })
    opened.resolve(stream)
  }
  await peer.handle(SINK_PROTOCOL, take, { runOnLimitedConnection: true })
  return {
    opened: opened.promise.then(() => undefined),
    received: received.promise,
    resume: () => void opened.promise.then((stream) => stream.resume()),
  }
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
