import { afterEach, describe, expect, it } from 'vitest'
import { silentLog } from '../network/network-log.ts'
import { nodeAssembly } from '../network/node-libp2p.ts'
import { generatePrivateKey } from '../network/peer-identity.ts'
import { QuireNetwork } from '../network/quire-network.ts'
import { createMemoryBlockStore } from '../store/memory-block-store.ts'
import { assembleNode } from './assemble-node.ts'
import type { QuireNode } from './quire-node.ts'

/** The real network and exchange in one process; browsers and keepers are joined in `e2e/`. */
describe('two nodes over TCP', () => {
  const nodes: QuireNode[] = []
  afterEach(() => Promise.all(nodes.splice(0).map((node) => node.stop())))

  async function start(): Promise<QuireNode> {
    const assemble = nodeAssembly({ listen: ['/ip4/127.0.0.1/tcp/0'] })
    const network = new QuireNetwork({ assemble }, { privateKey: await generatePrivateKey(), version: '0' })
    const node = await assembleNode({ store: createMemoryBlockStore(), network, log: silentLog })
    nodes.push(node)
    await node.start()
    return node
  }

  it('carry a file from one to the other along the addresses of a link', async () => {
    const [a, b] = [await start(), await start()]
    const content = Uint8Array.from({ length: 3_000_000 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 13) & 255)
    const { manifestCid } = await a.upload(new Blob([content]), { filename: 'a.bin' })
    const entry = await b.fetch(manifestCid, { addresses: a.status().addresses })
    expect(entry).toMatchObject({ origin: 'fetch', haveCount: 46, blockCount: 46 })
    const pieces: Uint8Array[] = []
    for await (const piece of b.read(manifestCid, { isLocal: true })) pieces.push(piece)
    expect(Buffer.compare(Buffer.concat(pieces), content)).toBe(0)
  })
})
