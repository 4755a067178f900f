/** One libp2p node as Quire assembles it, over TCP on the loopback, with its DHT at hand and its bytes counted. */
import { type KadDHT, type KadDHTComponents, type KadDHTInit, kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { CONNECTION_MANAGER, commonOptions, commonServices } from '../../src/network/assembly.ts'
import { kadInit } from '../../src/network/discovery.ts'
import { libp2pLogger, silentLog } from '../../src/network/network-log.ts'
import { generatePrivateKey, importPrivateKey } from '../../src/network/peer-identity.ts'
import { WireMeter } from './wire-meter.ts'

export interface LabNodeInit {
  readonly mode: 'client' | 'server'
  /** In the place of Quire’s own settings. */
  readonly kad?: KadDHTInit
}

/** kad-dht’s class has its buckets in the open; its types do not say so. */
interface DhtWithTable extends KadDHT {
  readonly routingTable: { readonly kb: { toIterable(): Iterable<{ lastPing: number }> } }
}

export type LabNode = Awaited<ReturnType<typeof startLabNode>>

// All nodes share one address and come within seconds, and none is closed for want of room while it is counted.
const OPEN_DOORS = { inboundConnectionThreshold: 1e6, maxIncomingPendingConnections: 1000, maxConnections: 1e6 }
// A busy machine takes long; what is given up and done again would be counted twice.
const PATIENCE_MS = 5 * 60 * 1000
const PATIENT_DIALS = {
  addressDialTimeout: PATIENCE_MS,
  dialTimeout: PATIENCE_MS,
  inboundUpgradeTimeout: PATIENCE_MS,
}
const PATIENT = {
  networkDialTimeout: { minTimeout: PATIENCE_MS },
  pingNewContactTimeout: { minTimeout: PATIENCE_MS },
  pingOldContactTimeout: { minTimeout: PATIENCE_MS },
  onPeerConnectTimeout: PATIENCE_MS,
  incomingMessageTimeout: PATIENCE_MS,
}
// Nothing but what is asked for, while it is counted.
const NEVER_MS = 2 ** 31 - 1
const QUIET = { querySelfInterval: NEVER_MS, reprovide: { interval: NEVER_MS } }

export async function startLabNode({ mode, kad = {} }: LabNodeInit) {
  const meter = new WireMeter()
  const parts = {
    privateKey: importPrivateKey(await generatePrivateKey()),
    version: '0.1.0',
    gater: {},
    logger: libp2pLogger(silentLog),
    log: silentLog,
    onPing: () => undefined,
  }
  // Without identify’s pushes: they come a second after a change of addresses, into whatever is being counted.
  const { identify, ping } = commonServices(parts, mode)
  const libp2p = await createLibp2p({
    ...commonOptions(parts),
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    // Among a hundred servers there are five thousand connections: some hundred of these a second.
    streamMuxers: [yamux({ keepAliveInterval: NEVER_MS })],
    metrics: () => meter,
    connectionManager: { ...CONNECTION_MANAGER, ...OPEN_DOORS, ...PATIENT_DIALS },
    services: {
      identify,
      ping,
      dht: (components: KadDHTComponents) =>
        kadDHT({ ...kadInit(mode), ...QUIET, ...PATIENT, ...kad, peerInfoMapper: passthroughMapper })(
          components,
        ) as DhtWithTable,
    },
  })
  await libp2p.start()
  const { dht } = libp2p.services
  /** As if every contact had been proved more than ten minutes ago: kad-dht proves none again before. */
  const forgetPings = (): void => {
    for (const contact of dht.routingTable.kb.toIterable()) contact.lastPing = 1
  }
  return { libp2p, dht, meter, forgetPings }
}
