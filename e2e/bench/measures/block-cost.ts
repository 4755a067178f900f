import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../../src/network/network-log.ts'
import { nodeAssembly } from '../../../src/network/node-libp2p.ts'
import { generatePrivateKey } from '../../../src/network/peer-identity.ts'
import { QuireNetwork } from '../../../src/network/quire-network.ts'
import { assembleNode } from '../../../src/node/assemble-node.ts'
import type { QuireNode } from '../../../src/node/quire-node.ts'
import { createLmdbBlockStore } from '../../../src/store/lmdb-block-store.ts'
import type { Figure } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'
import { seededBytes } from '../pages/seeded-bytes.ts'

const BLOCK_BYTES = 65_536
const SMALL_BYTES = 100 * MB
const LARGE_BYTES = 10_000 * MB
/** Both stores, and room for what LMDB does not give back. */
const QUOTA_BYTES = 24_000 * MB

interface Cost {
  readonly uploadMs: number
  readonly fetchMs: number
}

export const blockCost: Measure = {
  name: 'block-cost',
  title: 'CPU time a block at 10 GB against 100 MB, between two nodes in Node over TCP.',
  async run({ lab, rounds, isQuick }): Promise<Figure[]> {
    const [small, large]: Cost[][] = [[], []]
    for (const round of rounds()) {
      small?.push(await costOf(SMALL_BYTES, round))
      // 10 GB take minutes: once, between rounds of the small ones.
      if (round === 0) large?.push(await costOf(isQuick ? LARGE_BYTES / 20 : LARGE_BYTES, 1000))
      lab.log(`  100 MB: ${small?.at(-1)?.fetchMs.toFixed(3)} ms a block to fetch`)
    }
    return (['uploadMs', 'fetchMs'] as const).map((key) => ({
      name: `cost of a block at ${isQuick ? '500 MB' : '10 GB'}, ${key === 'uploadMs' ? 'upload' : 'transfer, both nodes'}`,
      unit: 'ms CPU',
      samples: (large ?? []).map((cost) => cost[key]),
      baseline: { name: '100 MB', samples: (small ?? []).map((cost) => cost[key]) },
      aim: { atMost: 1.1 },
    }))
  },
}

/** CPU time of this process, which runs both nodes, for each block. */
async function costOf(sizeBytes: number, seed: number): Promise<Cost> {
  const folder = await mkdtemp(join(tmpdir(), 'quire-bench-cost-'))
  const [a, b] = [await startNode(join(folder, 'a')), await startNode(join(folder, 'b'))]
  try {
    const blocks = Math.ceil(sizeBytes / BLOCK_BYTES)
    const uploadStart = cpuMs()
    const { manifestCid } = await a.upload(countedContent(sizeBytes, seed), { filename: 'large.bin' })
    const fetchStart = cpuMs()
    await b.fetch(manifestCid, { addresses: a.status().addresses })
    return { uploadMs: (fetchStart - uploadStart) / blocks, fetchMs: (cpuMs() - fetchStart) / blocks }
  } finally {
    await Promise.all([a.stop(), b.stop()])
    await rm(folder, { recursive: true, force: true })
  }
}

/** A megabyte over and over, each block with its number: no two blocks are equal, and making them costs next to nothing. */
async function* countedContent(sizeBytes: number, seed: number): AsyncGenerator<Uint8Array> {
  const piece = seededBytes({ sizeBytes: 16 * BLOCK_BYTES, seed })
  for (let offset = 0; offset < sizeBytes; offset += piece.byteLength) {
    const bytes = piece.slice(0, Math.min(piece.byteLength, sizeBytes - offset))
    const numbers = new DataView(bytes.buffer)
    for (let block = 0; block + 8 <= bytes.byteLength; block += BLOCK_BYTES) {
      numbers.setBigUint64(block, BigInt(offset + block))
    }
    yield await Promise.resolve(bytes)
  }
}

async function startNode(path: string): Promise<QuireNode> {
  const assemble = nodeAssembly({ listen: ['/ip4/127.0.0.1/tcp/0'] })
  const network = new QuireNetwork({ assemble }, { privateKey: await generatePrivateKey(), version: 'bench' })
  const store = createLmdbBlockStore({ path, quotaBytes: QUOTA_BYTES })
  const node = await assembleNode({ store, network, log: silentLog })
  await node.start()
  return node
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
