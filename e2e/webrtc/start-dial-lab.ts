// First: libp2p needs Promise.withResolvers, which Node 20 lacks.
import '../../src/node/promise-with-resolvers.ts'
import { noise } from '@libp2p/noise'
import { yamux } from '@libp2p/yamux'
import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { createLibp2p } from 'libp2p'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'

export interface DialLab {
  readonly pageUrl: string
  readonly relayAddress: string
  stop(): Promise<void>
}

/** A relay and a server of the dial page, both on this machine and on ports of their own. */
export async function startDialLab(): Promise<DialLab> {
  const relay = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // Each dial opens streams on the relay much faster than people would.
    connectionManager: { inboundConnectionThreshold: 1000 },
    services: { identify: identify(), relay: circuitRelayServer() },
  })
  const server = await createServer({
    configFile: false,
    root: fileURLToPath(new URL('../..', import.meta.url)),
    cacheDir: '.cache/dial-page',
    logLevel: 'error',
    server: { host: 'localhost', port: 0, hmr: false, watch: null },
    worker: { format: 'es' },
    // Found before the first page asks, or the page would be reloaded in the middle of a test.
    optimizeDeps: { entries: ['e2e/webrtc/dial-page.ts', 'e2e/webrtc/dial.worker.ts'] },
  })
  await server.listen()
  const [relayAddress] = relay.getMultiaddrs()
  const [localUrl] = server.resolvedUrls?.local ?? []
  if (relayAddress === undefined || localUrl === undefined) {
    throw new Error('the relay or the page server has no address')
  }
  return {
    pageUrl: new URL('e2e/webrtc/dial.html', localUrl).href,
    relayAddress: relayAddress.toString(),
    async stop() {
      await Promise.all([relay.stop(), server.close()])
    },
  }
}
