import { createServer } from 'node:net'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ManifestCid } from '../codec/cid.ts'
import { silentLog } from '../network/network-log.ts'
import { nodeAssembly } from '../network/node-libp2p.ts'
import { generatePrivateKey } from '../network/peer-identity.ts'
import { QuireNetwork } from '../network/quire-network.ts'
import { untilReserved } from '../network/testing/network-fixture.ts'
import { assembleNode } from '../node/assemble-node.ts'
import { createMemoryBlockStore } from '../store/memory-block-store.ts'
import type { Keeper } from './keeper.ts'
import { startKeeper } from './testing/started-keeper.ts'

const CONTENT = Uint8Array.from({ length: 1_000_000 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 13) & 255)

function webSocketOf(keeper: Keeper): string {
  return keeper.addresses.find((address) => address.includes('/ws')) ?? ''
}

function tcpOf(keeper: Keeper): string {
  return keeper.addresses.find((address) => !address.includes('/ws')) ?? ''
}

/** A node that nobody can dial, which waits behind one keeper: as a browser is one, but for WebRTC. */
async function startNode(keeper: Keeper) {
  const init = { privateKey: await generatePrivateKey(), version: '0', keepers: [webSocketOf(keeper)] }
  const network = new QuireNetwork({ assemble: nodeAssembly() }, init)
  const node = await assembleNode({ store: createMemoryBlockStore(), network, log: silentLog })
  onTestFinished(() => node.stop())
  await node.start()
  await untilReserved(network)
  return { node, network }
}

async function joinedStates(keeper: Keeper): Promise<string[]> {
  const { joined } = (await (await fetch(`${keeper.url}/health`)).json()) as { joined: { state: string }[] }
  return joined.map(({ state }) => state)
}

async function providersOf(network: QuireNetwork, cid: ManifestCid): Promise<string[]> {
  const found: string[] = []
  for await (const peer of network.findProviders(cid)) found.push(peer)
  return found
}

describe('keepers that are joined', () => {
  it('let a node at one of them fetch by its CID alone what a node at the other one holds', async () => {
    const { keeper: first } = await startKeeper()
    const { keeper: second } = await startKeeper({ join: [tcpOf(first)] })
    await expect.poll(() => joinedStates(second)).toEqual(['connected'])
    const holder = await startNode(first)
    const asker = await startNode(second)
    const { manifestCid } = await holder.node.upload(new Blob([CONTENT]), { filename: 'a.bin' })

    const entry = await asker.node.fetch(manifestCid)

    expect(entry).toMatchObject({ origin: 'fetch', haveCount: 16, blockCount: 16 })
    // Through a relay: that of the first keeper, or that of the second one, where the holder has come upon it, too.
    expect(first.figures().relay.circuits + second.figures().relay.circuits).toBeGreaterThan(0)
  })

  it('come together again after one of them was away', async () => {
    const { keeper: first, dataDir } = await startKeeper()
    const tcpPort = Number(/\/tcp\/(\d+)/.exec(tcpOf(first))?.[1])
    const { keeper: second } = await startKeeper({ join: [tcpOf(first)] })
    await expect.poll(() => joinedStates(second)).toEqual(['connected'])

    await first.stop()
    await expect.poll(() => joinedStates(second)).not.toEqual(['connected'])
    await startKeeper({ dataDir, tcpPort })

    await expect.poll(() => joinedStates(second), { timeout: 15_000 }).toEqual(['connected'])
  })

  it('serve as before beside addresses where nobody answers, or something else does', async () => {
    const mute = createServer().listen(0, '127.0.0.1')
    const babble = createServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 No\r\n\r\n'))
    babble.listen(0, '127.0.0.1')
    await Promise.all([once(mute, 'listening'), once(babble, 'listening')])
    onTestFinished(() => void [mute.close(), babble.close()])
    const { keeper: first } = await startKeeper()
    const wrongId = tcpOf(first).replace(/\/p2p\/.*/, `/p2p/${await otherId()}`)
    const ports = [mute, babble].map((server) => (server.address() as { port: number }).port)
    const join = [...ports.map((port) => `/ip4/127.0.0.1/tcp/${port}`), '/ip4/127.0.0.1/tcp/1', wrongId, tcpOf(first)]

    const { keeper } = await startKeeper({ join })

    await expect.poll(() => joinedStates(keeper)).toEqual([expect.any(String), 'down', 'down', 'down', 'connected'])
    const [holder, asker] = [await startNode(keeper), await startNode(keeper)]
    const { manifestCid } = await holder.node.upload(new Blob([CONTENT]), {})
    await expect
      .poll(() => providersOf(asker.network, manifestCid), { timeout: 15_000 })
      .toContain(holder.network.peerId)
  })

  it('refuse to start with what is no address', async () => {
    await expect(startKeeper({ join: ['keeper.example'] })).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
  })
})

async function otherId(): Promise<string> {
  return new QuireNetwork({ assemble: nodeAssembly() }, { privateKey: await generatePrivateKey(), version: '0' }).peerId
}
