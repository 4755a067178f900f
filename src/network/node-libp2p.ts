/** libp2p for a Node process: a keeper, the command line, a test. Needs `Promise.withResolvers` (Node 22, or a polyfill). */
import { type CircuitRelayServerInit, circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { tcp } from '@libp2p/tcp'
import { webSockets, type WebSocketsInit } from '@libp2p/websockets'
import { type ConnectionManagerInit, createLibp2p, type Libp2pInit, type ServiceFactoryMap } from 'libp2p'
import { yamux } from '@libp2p/yamux'
import './node-websocket.ts'
import { type Assembly, CONNECTION_MANAGER, commonOptions, commonServices, NO_RELAY_DISCOVERY } from './assembly.ts'
import type { DiscoveryInit } from './discovery.ts'

export interface NodeAssemblyInit {
  /** Multiaddrs to listen on, e.g. `/ip4/0.0.0.0/tcp/9410/ws`; none by default. */
  readonly listen?: readonly string[]
  /** Addresses to tell others in place of those listened on, as behind a reverse proxy. */
  readonly announce?: readonly string[]
  /** Relays for others, within these limits. */
  readonly relay?: CircuitRelayServerInit
  /** 'server' for a node that everyone can dial; 'client' by default. */
  readonly kademlia?: DiscoveryInit['mode']
  readonly connectionManager?: ConnectionManagerInit
  readonly webSockets?: WebSocketsInit
  readonly metrics?: Libp2pInit['metrics']
  readonly datastore?: Libp2pInit['datastore']
  /** Further services, by name. */
  readonly services?: ServiceFactoryMap
}

// What a peer may send on one stream before it is read. A relay pauses streams, and libp2p resets a paused one that holds
// 4 MiB; yamux would let the window grow to 16 MiB. At a round trip of 200 ms this is 5 MiB/s a stream.
const MAX_WINDOW_BYTES = 1024 * 1024

/** Dials and listens on TCP and WebSocket; dials through relays. */
export function nodeAssembly(init: NodeAssemblyInit = {}): Assembly {
  return async (parts) => {
    const { relay, metrics, datastore } = init
    const libp2p = await createLibp2p({
      ...commonOptions(parts),
      streamMuxers: [yamux({ streamOptions: { maxStreamWindowSize: MAX_WINDOW_BYTES } })],
      addresses: { listen: [...(init.listen ?? [])], announce: [...(init.announce ?? [])] },
      transports: [tcp(), webSockets(init.webSockets), circuitRelayTransport(NO_RELAY_DISCOVERY)],
      connectionManager: { ...CONNECTION_MANAGER, ...init.connectionManager },
      ...(metrics === undefined ? {} : { metrics }),
      ...(datastore === undefined ? {} : { datastore }),
      services: {
        ...init.services,
        ...(relay === undefined ? {} : { relay: circuitRelayServer(relay) }),
        ...commonServices(parts, init.kademlia ?? 'client'),
      },
    })
    return { libp2p, reachableBy: 'sockets' }
  }
}
