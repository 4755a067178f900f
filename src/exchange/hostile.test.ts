import { describe, expect, it } from 'vitest'
import { CONTROL, encodeFrame, WANT_BLOCKS_RESPONSE } from '../codec/frame.ts'
import { type DeliveredBlock, encodeWantBlocksResponse, type WantBlocksResponse } from '../codec/want-blocks.ts'
import { downloadBeside } from './testing/download-beside.ts'
import { MemoryHub } from './testing/memory-network.ts'
import { makeDataset, type SampleDataset } from './testing/sample-dataset.ts'
import { deliveredBlock, type Reply, ScriptedPeer } from './testing/scripted-peer.ts'
import { startFetcher, startHolder } from './testing/test-node.ts'

const dataset = await makeDataset(120)
const otherDataset = await makeDataset(120, { seed: 2 })

type Change = (block: DeliveredBlock, honest: WantBlocksResponse) => DeliveredBlock

/** The honest answer with its first block changed. */
function spoil(change: Change): (honest: WantBlocksResponse) => Reply {
  return (honest) => ({
    ...honest,
    blocks: honest.blocks.map((block, i) => (i === 0 ? change(block, honest) : block)),
  })
}

function flipped(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, i) => (i === 100 % bytes.byteLength ? byte ^ 1 : byte))
}

function blockOf(source: SampleDataset, index: number): DeliveredBlock {
  const block = deliveredBlock(source, index)
  if (block === undefined) throw new Error('no such block')
  return block
}

describe('a peer that sends what it should not', () => {
  const cases: [string, (honest: WantBlocksResponse) => Reply, RegExp][] = [
    ['changes a block’s bytes', spoil((block) => ({ ...block, data: flipped(block.data) })), /do not match its CID/],
    [
      'changes bytes and CID alike',
      spoil((block, honest) => ({
        ...blockOf(otherDataset, Number(block.index)),
        proof: block.proof,
        index: honest.blocks[0]?.index ?? 0n,
      })),
      /does not lead to the dataset/,
    ],
    [
      'sends the right data of another place as the one asked for',
      spoil((block) => ({ ...blockOf(dataset, 119 - Number(block.index)), index: block.index })),
      /for another place/,
    ],
    [
      'sends blocks that nobody asked for',
      spoil((block) => blockOf(dataset, (Number(block.index) + 60) % 120)),
      /not asked for/,
    ],
    [
      'sends one block twice',
      (honest) => ({ ...honest, blocks: [...honest.blocks.slice(0, 1), ...honest.blocks.slice(0, 1)] }),
      /not asked for/,
    ],
    [
      'cuts a proof short',
      spoil((block) => ({ ...block, proof: { ...block.proof, path: block.proof.path.slice(1) } })),
      /does not lead to the dataset/,
    ],
    [
      'changes a proof',
      spoil((block) => ({ ...block, proof: { ...block.proof, path: block.proof.path.map((node) => flipped(node)) } })),
      /does not lead to the dataset/,
    ],
    ['answers for another tree', (honest) => ({ ...honest, treeCid: otherDataset.treeCid }), /another dataset/],
    ['sends a frame above the cap', () => frameHeader(16 * 1024 * 1024, WANT_BLOCKS_RESPONSE), /above the cap/],
    ['sends a frame of no known type', () => frameHeader(10, 7), /frame type 7/],
    [
      'sends an answer that does not decode',
      () => encodeFrame(WANT_BLOCKS_RESPONSE, new Uint8Array(40).fill(0xff)),
      /./,
    ],
    ['sends a message that does not decode', () => encodeFrame(CONTROL, new Uint8Array([0xff, 0xff])), /./],
  ]

  it.each(cases)('is dropped when it %s, and the rest comes from others', async (_title, answer, reason) => {
    const { fetcher, bad, report, isWhole } = await downloadBeside(dataset, { answer })

    expect(isWhole).toBe(true)
    expect(fetcher.network.drops).toHaveLength(1)
    expect(fetcher.network.drops[0]).toMatchObject({ peer: 'bad', reason: expect.stringMatching(reason) })
    expect(report).toMatchObject({ isConnected: false, dropReason: fetcher.network.drops[0]?.reason })
    expect(bad.network.joinedPeers()).toEqual([])
  })

  it('keeps the proven blocks that came before the bad one', async () => {
    const { report, bad } = await downloadBeside(dataset, {
      answer: (honest) => ({
        ...honest,
        blocks: honest.blocks.map((block, i) => (i === 2 ? { ...block, data: flipped(block.data) } : block)),
      }),
    })

    expect(bad.requests.length).toBeGreaterThan(0)
    expect(report?.receivedBlocks).toBe(2 * bad.requests.length)
  })

  it('is not used for a dataset whose number of blocks it tells otherwise', async () => {
    const { fetcher, report, isWhole } = await downloadBeside(dataset, {
      // The left half: the path of a leaf there is the same for both numbers.
      claim: (presence) => ({ ...presence, ranges: [{ start: 0n, count: 64n }] }),
      answer: spoil((block) => ({ ...block, proof: { ...block.proof, leafCount: 121 } })),
    })

    expect(isWhole).toBe(true)
    expect(fetcher.network.drops).toEqual([])
    expect(report).toMatchObject({ isConnected: true, receivedBlocks: 0 })
  })

  it('is dropped when it goes on sending answers to requests that were never made', async () => {
    const hub = new MemoryHub()
    const honest = await startHolder(hub, { name: 'honest', dataset })
    let answered = 0
    const bad = await ScriptedPeer.start(hub, {
      name: 'bad',
      dataset,
      answer: (_honest, { treeCid }) => {
        answered += 1
        const frames = Array.from({ length: 20 }, (_, i) =>
          encodeFrame(
            WANT_BLOCKS_RESPONSE,
            encodeWantBlocksResponse({ requestId: BigInt(1000 + i), treeCid, blocks: [] }),
          ),
        )
        return Uint8Array.from(frames.flatMap((frame) => [...frame]))
      },
    })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
    hub.connect(fetcher.network, bad.network)
    hub.connect(fetcher.network, honest.network)

    await fetcher.exchange.download(dataset)

    expect(answered).toBeGreaterThan(0)
    expect(fetcher.network.drops).toMatchObject([{ peer: 'bad', reason: expect.stringMatching(/nobody asked/) }])
  })

  it('is dropped when it pushes an answer on a stream of its own', async () => {
    const hub = new MemoryHub()
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
    const bad = await ScriptedPeer.start(hub, { name: 'bad', dataset })
    hub.connect(fetcher.network, bad.network)
    const payload = encodeWantBlocksResponse({ requestId: 0n, treeCid: dataset.treeCid, blocks: [blockOf(dataset, 0)] })

    await bad.send(fetcher.network.peer, encodeFrame(WANT_BLOCKS_RESPONSE, payload))
    await expect.poll(() => fetcher.network.drops).toHaveLength(1)
  })
})

describe('a manifest that lies', () => {
  it('fails when the blocks that are proven to be in the tree have another size', async () => {
    const hub = new MemoryHub()
    const honest = await startHolder(hub, { name: 'honest', dataset })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
    hub.connect(fetcher.network, honest.network)

    const finished = fetcher.exchange.download({ ...dataset, blockSizeBytes: 8192 })

    await expect(finished).rejects.toMatchObject({ code: 'ERR_MANIFEST_INVALID' })
    expect(fetcher.network.drops).toEqual([])
  })
})

function frameHeader(frameLength: number, type: number): Uint8Array {
  const header = new Uint8Array(5)
  new DataView(header.buffer).setUint32(0, frameLength, true)
  header[4] = type
  return header
}
