/** A libp2p node that sends its content down one stream, as anybody would write it who knows libp2p and no more. */
import { webRtcPort } from '../../../src/webrtc/worker/install.ts'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { webRTC } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { expose } from 'comlink'
import { createLibp2p, type Libp2p } from 'libp2p'
import type { FetchOptions, FetchResult, PageConfig, SeededContent } from './contestant.ts'
import { Receipt } from './receipt.ts'
import { seededPieces } from './seeded-bytes.ts'

const PROTOCOL = '/quire-bench/content/1.0.0'
const WRITE_BYTES = 64 * 1024

let started: Promise<Libp2p> | undefined
let offered: Uint8Array<ArrayBuffer>[] = []

async function createNode({ relay }: PageConfig): Promise<Libp2p> {
  const libp2p = await createLibp2p({
    addresses: { listen: ['/p2p-circuit', '/webrtc'] },
    // No STUN server: all pages are on one machine.
    transports: [webSockets(), webRTC({ rtcConfiguration: { iceServers: [] } }), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // Browser nodes refuse to dial private addresses by default, and the relay is on this machine.
    connectionGater: { denyDialMultiaddr: () => false },
    services: { identify: identify() },
  })
  await libp2p.handle(PROTOCOL, (stream) => void send(stream))
  await libp2p.dial(multiaddr(relay))
  return libp2p
}

async function send(stream: Stream): Promise<void> {
  try {
    for (const piece of offered) {
      for (let offset = 0; offset < piece.byteLength; offset += WRITE_BYTES) {
        if (!stream.send(piece.subarray(offset, offset + WRITE_BYTES))) {
          await new Promise((resolve) => stream.addEventListener('drain', resolve, { once: true }))
        }
      }
    }
    await stream.close()
  } catch (error) {
    // The other side has what it wants.
    if (stream.status === 'open') throw error
  }
}

function ownAddress(libp2p: Libp2p): Promise<string> {
  return new Promise((resolve) => {
    const look = (): void => {
      const address = libp2p.getMultiaddrs().find((each) => each.toString().includes('/p2p-circuit/webrtc'))
      if (address === undefined) return
      libp2p.removeEventListener('self:peer:update', look)
      resolve(address.toString())
    }
    libp2p.addEventListener('self:peer:update', look)
    look()
  })
}

function node(): Promise<Libp2p> {
  if (started === undefined) throw new Error('start first')
  return started
}

const api = {
  async start(config: PageConfig): Promise<void> {
    started = createNode(config)
    await started
  },

  async offer(content: SeededContent): Promise<string> {
    offered = [...seededPieces(content)]
    return JSON.stringify({ address: await ownAddress(await node()), sizeBytes: content.sizeBytes })
  },

  async fetch(ticket: string, options: FetchOptions): Promise<FetchResult> {
    const { address, sizeBytes } = JSON.parse(ticket) as { address: string; sizeBytes: number }
    const receipt = new Receipt(sizeBytes, { ...options, startedMs: performance.now() })
    const libp2p = await node()
    const stream = await libp2p.dialProtocol(multiaddr(address), PROTOCOL)
    for await (const piece of stream) {
      if (receipt.add(piece.subarray())) break
    }
    stream.abort(new Error('It has what it wants.'))
    return receipt.result()
  },

  async forget(): Promise<void> {
    offered = []
    const libp2p = await node()
    const direct = libp2p.getConnections().filter((connection) => connection.remoteAddr.toString().includes('/webrtc'))
    await Promise.all(direct.map((connection) => connection.close()))
  },
}

export type StreamNode = typeof api

expose(api)
globalThis.postMessage({ webRtcPort }, { transfer: [webRtcPort] })
