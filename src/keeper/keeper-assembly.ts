import { isIP } from 'node:net'
import type { Assembly } from '../network/assembly.ts'
import { nodeAssembly } from '../network/node-libp2p.ts'
import type { KeeperOptions } from './keeper-options.ts'
import type { KeeperLog } from './log.ts'
import { type RelayComponents, RelayServer } from './relay/relay-server.ts'
import { connectionLimits } from './relay-limits.ts'
import type { SharedPort } from './shared-port.ts'

export interface KeeperAssemblyInit {
  readonly options: KeeperOptions
  readonly log: KeeperLog
  /** Answers plain HTTP on the WebSocket port. */
  readonly web: SharedPort
  /** Gets the relay once it is made. */
  readonly onRelay: (relay: RelayServer) => void
}

/** libp2p as a keeper has it: listens on WebSocket and TCP, relays within limits, serves the Kademlia table. */
export function keeperAssembly({ options, log, web, onRelay }: KeeperAssemblyInit): Assembly {
  return nodeAssembly({
    listen: listenAddresses(options),
    announce: options.announce,
    kademlia: 'server',
    connectionManager: connectionLimits(options.relay),
    services: {
      web: web.service,
      relay: (components: RelayComponents) => {
        const service = new RelayServer(components, { limits: options.relay, log })
        onRelay(service)
        return service
      },
    },
  })
}

function listenAddresses({ host, port, tcpPort }: KeeperOptions): string[] {
  return ipPrefixes(host).flatMap((prefix) => [`${prefix}/tcp/${port}/ws`, `${prefix}/tcp/${tcpPort}`])
}

/** libp2p opens IPv6 sockets for IPv6 alone, so “::” takes a second one. */
function ipPrefixes(host: string): string[] {
  if (host === '::') return ['/ip4/0.0.0.0', '/ip6/::']
  return [`/ip${isIP(host) === 6 ? 6 : 4}/${host}`]
}
