import { describe, expect, it } from 'vitest'
import type { QuireNetwork } from '../network/quire-network.ts'
import {
  addressOf,
  type FixtureInit,
  startKeeper,
  startNetwork,
  untilReserved,
} from '../network/testing/network-fixture.ts'
import { silentLog } from '../network/network-log.ts'
import { createMemoryBlockStore } from '../store/memory-block-store.ts'
import { assembleNode } from './assemble-node.ts'
import type { QuireNode } from './quire-node.ts'

const MIB = 1024 * 1024
const AT_ONCE = { relayed: { patienceMs: { outbound: 0, inbound: 0 } }, regain: { pausesMs: [0, 50, 200, 1_000] } }
const CONTENT = Uint8Array.from({ length: 3_000_000 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 13) & 255)

interface Started {
  readonly node: QuireNode
  readonly network: QuireNetwork
}

async function start(init: FixtureInit): Promise<Started> {
  const network = await startNetwork({ ...AT_ONCE, ...init })
  const node = await assembleNode({ store: createMemoryBlockStore(), network, log: silentLog })
  await node.start()
  return { node, network }
}

async function contentOf({ node }: Started, cid: Parameters<QuireNode['read']>[0]): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of node.read(cid, { isLocal: true })) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** Two nodes behind one relay, neither of which can be dialled; the second fetches what the first has. */
async function fetchThrough({ limitBytes, watch }: { limitBytes: number; watch?: (fetcher: QuireNetwork) => void }) {
  const relay = { reservations: { defaultDataLimit: BigInt(limitBytes), defaultDurationLimit: 3_600_000 } }
  const keeper = await startKeeper({ relay })
  const keepers = [addressOf(keeper)]
  const [holder, fetcher] = [await start({ keepers }), await start({ keepers })]
  await Promise.all([holder, fetcher].map(({ network }) => untilReserved(network)))
  const { manifestCid } = await holder.node.upload(new Blob([CONTENT]), { filename: 'a.bin' })
  let circuits = 0
  fetcher.network.libp2p.addEventListener('connection:open', ({ detail }) => {
    if (!detail.direct) circuits++
  })
  watch?.(fetcher.network)
  await fetcher.node.fetch(manifestCid, { addresses: holder.network.status().addresses })
  return { manifestCid, keeper, fetcher, circuits }
}

describe('two nodes behind a relay, neither of which can be dialled', () => {
  it('carry a file of many times the relay’s limit, circuit after circuit, each within its limit', async () => {
    const cuts: number[] = []
    const { fetcher, manifestCid, circuits, keeper } = await fetchThrough({
      limitBytes: MIB,
      watch: ({ libp2p }) =>
        libp2p.addEventListener('connection:close', ({ detail: { limits } }) => {
          if (Number(limits?.bytes) <= 0) cuts.push(Number(limits?.bytes))
        }),
    })

    expect(Buffer.compare(await contentOf(fetcher, manifestCid), CONTENT)).toBe(0)
    expect(cuts).toEqual([])
    // 3 MB in circuits of 1 MiB, each with some bytes of its own.
    expect(circuits).toBeGreaterThanOrEqual(3)
    expect(circuits).toBeLessThanOrEqual(5)
    const holders = fetcher.network.peers().filter(({ peer }) => peer !== keeper.peerId)
    expect(holders).toMatchObject([{ isDirect: false, path: { kind: 'relayed', relay: keeper.peerId } }])
  }, 60_000)

  it('carry it also where circuits are cut in the middle of what is on its way', async () => {
    const { fetcher, manifestCid, circuits } = await fetchThrough({
      limitBytes: MIB,
      // As a node that does not look at the limit, or whose relay cuts earlier than it says.
      watch: (network) => {
        const pathTo = network.pathTo.bind(network)
        network.pathTo = (peer) => {
          const path = pathTo(peer)
          return path?.kind === 'relayed' ? { ...path, leftBytes: Infinity } : path
        }
      },
    })

    expect(Buffer.compare(await contentOf(fetcher, manifestCid), CONTENT)).toBe(0)
    expect(circuits).toBeGreaterThanOrEqual(3)
  }, 60_000)
})
