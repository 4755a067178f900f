/**
 * libp2p for a browser’s worker.
 *
 * `@libp2p/webrtc` reads `RTCPeerConnection` when it is imported: in a worker, the stand-in of `webrtc/` must be on
 * `globalThis` before this module is.
 */
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { webRTC, webRTCDirect } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { webTransport } from '@libp2p/webtransport'
import { createLibp2p } from 'libp2p'
import { natProbe, tellingStunServers } from './nat-probe.ts'
import { type Assembly, CONNECTION_MANAGER, commonOptions, commonServices, NO_RELAY_DISCOVERY } from './assembly.ts'

export interface BrowserAssemblyInit {
  /** E.g. `stun:stun.example.org:3478`. None: peers in the same network or on the same machine find each other. */
  readonly stunServers?: readonly string[]
  /** Carry content for peers that find no direct way. */
  readonly turnServers?: readonly { readonly url: string; readonly username: string; readonly credential: string }[]
}

// Each WebRTC connection is a native peer connection in the page, some 4 MiB with its buffers; a tab holds 500 that are
// not yet garbage collected (Chrome). Enough for a swarm; at the limit, further peers that dial in are refused.
const MAX_CONNECTIONS = 96
// What one stream may have waiting in a connection. All streams of a connection share Chromium’s send buffer of 2 MiB: with
// as much of bulk in it, a reader’s block waits for all of that (a quarter of a second at 8 MB/s).
const MAX_BUFFERED_BYTES = 512 * 1024
// A dial of a browser takes one peer connection out of those 500, whether it succeeds or not.
const MAX_PARALLEL_DIALS = 8
// All who dial in through one relay have the relay’s address: the limit is for the relay, not for one of them.
const INBOUND_PER_RELAY_PER_SECOND = 20

/** Dials WebSocket, WebTransport, WebRTC and WebRTC Direct; is reached through relays by WebRTC. */
export function browserAssembly(init: BrowserAssemblyInit = {}): Assembly {
  return async (parts) => {
    const hasWebRtc = 'RTCPeerConnection' in globalThis
    // An empty list is said on purpose: without one, @libp2p/webrtc asks the STUN servers of four companies.
    const iceServers = [
      ...(init.stunServers ?? []).map((urls) => ({ urls })),
      ...(init.turnServers ?? []).map(({ url, ...credentials }) => ({ urls: url, ...credentials })),
    ]
    const dataChannel = { maxBufferedAmount: MAX_BUFFERED_BYTES }
    const libp2p = await createLibp2p({
      ...commonOptions(parts),
      addresses: { listen: hasWebRtc ? ['/webrtc'] : [] },
      transports: [
        webSockets(),
        webTransport(),
        circuitRelayTransport(NO_RELAY_DISCOVERY),
        ...(hasWebRtc
          ? [
              webRTC({ rtcConfiguration: { iceServers }, dataChannel }),
              // A server’s address says where it is: no candidates, no STUN.
              webRTCDirect({ rtcConfiguration: { iceServers: [] }, dataChannel }),
            ]
          : []),
      ],
      connectionManager: {
        ...CONNECTION_MANAGER,
        maxConnections: MAX_CONNECTIONS,
        maxParallelDials: MAX_PARALLEL_DIALS,
        inboundConnectionThreshold: INBOUND_PER_RELAY_PER_SECOND,
      },
      services: commonServices(parts, 'client'),
    })
    const telling = tellingStunServers(init.stunServers ?? [])
    const probeNat =
      hasWebRtc && telling.length > 0 ? natProbe({ connect: gatheringConnection }, { stunServers: telling }) : undefined
    return { libp2p, reachableBy: hasWebRtc ? 'webrtc' : 'none', probeNat }
  }
}

function gatheringConnection(stunServers: readonly string[]): RTCPeerConnection {
  return new RTCPeerConnection({ iceServers: stunServers.map((urls) => ({ urls })) })
}
