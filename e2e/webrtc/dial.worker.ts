/** A browser node of the dial test: unmodified `@libp2p/webrtc` in a worker, on the stand-in. */
import { webRtcBudget, webRtcPort } from '../../src/webrtc/worker/install.ts'
import { noise } from '@libp2p/noise'
import { yamux } from '@libp2p/yamux'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Connection } from '@libp2p/interface'
import { byteStream } from '@libp2p/utils'
import { webRTC } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { Libp2p } from 'libp2p'
import type { DialAnswer, DialCommand, FromDialWorker, ToDialWorker } from './dial-commands.ts'

const ECHO_PROTOCOL = '/quire-test/echo/1.0.0'
const ECHO_SIZE_BYTES = 32

let started: Libp2p | undefined

function node(): Libp2p {
  if (started === undefined) {
    throw new Error('start first')
  }
  return started
}

async function start(relay: string): Promise<DialAnswer> {
  const libp2p = await createLibp2p({
    addresses: { listen: ['/p2p-circuit', '/webrtc'] },
    transports: [webSockets(), webRTC({ rtcConfiguration: { iceServers: [] } }), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // Browser nodes refuse to dial private addresses by default, and the relay is on this machine.
    connectionGater: { denyDialMultiaddr: () => false },
    // All dials come through one relay, which libp2p takes for one host: it would refuse the sixth in a second.
    connectionManager: { inboundConnectionThreshold: 1000 },
    services: { identify: identify() },
  })
  started = libp2p
  await libp2p.handle(ECHO_PROTOCOL, async (stream) => {
    const bytes = byteStream(stream)
    await bytes.write(await bytes.read({ bytes: ECHO_SIZE_BYTES }))
    await stream.close()
  })
  const reachable = new Promise<string>((resolve) => {
    const look = (): void => {
      const address = libp2p.getMultiaddrs().find((candidate) => candidate.toString().includes('/p2p-circuit/webrtc'))
      if (address !== undefined) {
        libp2p.removeEventListener('self:peer:update', look)
        resolve(address.toString())
      }
    }
    libp2p.addEventListener('self:peer:update', look)
  })
  await libp2p.dial(multiaddr(relay))
  return { type: 'started', address: await reachable }
}

async function dial(address: string, stay: boolean): Promise<DialAnswer> {
  const startedMs = performance.now()
  const connection = await node().dial(multiaddr(address), { signal: AbortSignal.timeout(10_000) })
  const elapsedMs = performance.now() - startedMs
  if (!connection.direct) {
    throw new Error(`dialled ${connection.remoteAddr.toString()}, which is not direct`)
  }
  await echo(connection)
  if (!stay) {
    await node().hangUp(connection.remotePeer)
  }
  const { made, held } = webRtcBudget()
  return { type: 'dialled', elapsedMs, connectionsMade: made, connectionsHeld: held }
}

async function echo(connection: Connection): Promise<void> {
  const stream = await connection.newStream(ECHO_PROTOCOL)
  const bytes = byteStream(stream)
  const sent = crypto.getRandomValues(new Uint8Array(ECHO_SIZE_BYTES))
  await bytes.write(sent)
  const received = (await bytes.read({ bytes: ECHO_SIZE_BYTES })).subarray()
  if (!received.every((byte, i) => byte === sent[i])) {
    throw new Error('the echo differs')
  }
  await stream.close()
}

function directConnection(): Connection {
  const connection = node()
    .getConnections()
    .find(({ remoteAddr }) => remoteAddr.toString().includes('/webrtc'))
  if (connection === undefined) {
    throw new Error('there is no direct connection')
  }
  return connection
}

async function hangUp(): Promise<DialAnswer> {
  const { remotePeer } = directConnection()
  const atMs = Date.now()
  await node().hangUp(remotePeer)
  return { type: 'closed', atMs }
}

function awaitHangUp(): Promise<DialAnswer> {
  const connection = directConnection()
  return new Promise((resolve) => {
    node().addEventListener('connection:close', ({ detail }) => {
      if (detail.id === connection.id) {
        resolve({ type: 'closed', atMs: Date.now() })
      }
    })
  })
}

function perform(command: DialCommand): Promise<DialAnswer> {
  switch (command.type) {
    case 'start':
      return start(command.relay)
    case 'dial':
      return dial(command.address, command.stay)
    case 'hang-up':
      return hangUp()
    case 'await-hang-up':
      return awaitHangUp()
    default:
      return command satisfies never
  }
}

function post(message: FromDialWorker, transfer: Transferable[] = []): void {
  globalThis.postMessage(message, { transfer })
}

globalThis.addEventListener('message', ({ data: { id, command } }: MessageEvent<ToDialWorker>) => {
  perform(command).then(
    (answer) => post({ kind: 'answer', id, answer }),
    (error: unknown) => post({ kind: 'failure', id, message: String(error) }),
  )
})

post({ kind: 'port', port: webRtcPort }, [webRtcPort])
