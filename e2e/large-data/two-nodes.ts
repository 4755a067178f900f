/**
 * A dataset that moves between two nodes of this process: libp2p over TCP on this machine, LMDB on its disk, content that
 * is made as it is read and compared as it is read back.
 */
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/network/network-log.ts'
import { nodeAssembly } from '../../src/network/node-libp2p.ts'
import { generatePrivateKey } from '../../src/network/peer-identity.ts'
import { QuireNetwork } from '../../src/network/quire-network.ts'
import { assembleNode } from '../../src/node/assemble-node.ts'
import type { QuireNode } from '../../src/node/quire-node.ts'
import { createLmdbBlockStore } from '../../src/store/lmdb-block-store.ts'
import { countedContent } from './counted-content.ts'

const BLOCK_BYTES = 65_536
const KIB = 1024
const SAMPLE_EVERY_MS = 200

export interface MoveInit {
  readonly sizeBytes: number
  /** Another seed makes other content. */
  readonly seed: number
}

/** What the two nodes used together, in milliseconds. */
export interface Spent {
  readonly cpuMs: number
  readonly wallMs: number
}

export interface Move {
  readonly blocks: number
  readonly upload: Spent
  readonly fetch: Spent
  /** The most private memory of the process; what LMDB maps of its files is the system’s to take back. Zero without `/proc`. */
  readonly peakMemoryBytes: number
  /** Whether what the second node gives is what the first one was given; undefined where nobody asked for it. */
  readonly isEqual?: boolean
}

export async function moveBetweenNodes(init: MoveInit, { isCompared = false } = {}): Promise<Move> {
  const folder = await mkdtemp(join(tmpdir(), 'quire-large-'))
  // Room for what LMDB does not give back.
  const quotaBytes = 1_000_000_000 + 2 * init.sizeBytes
  const memory = new PeakMemory()
  const [a, b] = [await startNode(join(folder, 'a'), quotaBytes), await startNode(join(folder, 'b'), quotaBytes)]
  try {
    const uploading = startSpending()
    const { manifestCid } = await a.upload(countedContent(init), { filename: 'large.bin' })
    const upload = uploading()
    const fetching = startSpending()
    await b.fetch(manifestCid, { addresses: a.status().addresses })
    const fetch = fetching()
    const peakMemoryBytes = memory.stop()
    const moved = { blocks: Math.ceil(init.sizeBytes / BLOCK_BYTES), upload, fetch, peakMemoryBytes }
    if (!isCompared) return moved
    const given = await sha256Of(b.read(manifestCid, { isLocal: true }))
    return { ...moved, isEqual: given === (await sha256Of(countedContent(init))) }
  } finally {
    memory.stop()
    await Promise.all([a.stop(), b.stop()])
    await rm(folder, { recursive: true, force: true })
  }
}

async function startNode(path: string, quotaBytes: number): Promise<QuireNode> {
  const assemble = nodeAssembly({ listen: ['/ip4/127.0.0.1/tcp/0'] })
  const network = new QuireNetwork({ assemble }, { privateKey: await generatePrivateKey(), version: 'large' })
  const node = await assembleNode({ store: createLmdbBlockStore({ path, quotaBytes }), network, log: silentLog })
  await node.start()
  return node
}

function startSpending(): () => Spent {
  const startedAtMs = performance.now()
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return { cpuMs: (user + system) / 1000, wallMs: performance.now() - startedAtMs }
  }
}

async function sha256Of(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of pieces) hash.update(piece)
  return hash.digest('hex')
}

class PeakMemory {
  readonly #timer = setInterval(() => void this.#sample(), SAMPLE_EVERY_MS)
  #peakBytes = 0

  stop(): number {
    clearInterval(this.#timer)
    return this.#peakBytes
  }

  async #sample(): Promise<void> {
    const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
    this.#peakBytes = Math.max(this.#peakBytes, KIB * Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1] ?? 0))
  }
}
