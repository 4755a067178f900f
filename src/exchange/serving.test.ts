import { describe, expect, it } from 'vitest'
import { treeCidFromDigest } from '../codec/cid.ts'
import { CONTROL, encodeFrame, WANT_BLOCKS_REQUEST } from '../codec/frame.ts'
import { encodeMessage, type IndexRange, type WantListEntry } from '../codec/message.ts'
import {
  decodeWantBlocksResponse,
  encodeWantBlocksRequest,
  type WantBlocksRequest,
  type WantBlocksResponse,
} from '../codec/want-blocks.ts'
import type { BlockStore } from '../store/block-store.ts'
import type { CID } from 'multiformats/cid'
import { CROWD_PEERS, MAX_WAITING_REQUESTS, MAX_WANT_TREES } from './limits.ts'
import type { PeerKey } from './network-port.ts'
import { BlockServer } from './serve-blocks.ts'
import { answerWantList } from './serve-presence.ts'
import { ServingTurns } from './serving-turns.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryHub } from './testing/memory-network.ts'
import { makeDataset, storeWith } from './testing/sample-dataset.ts'
import { ScriptedPeer } from './testing/scripted-peer.ts'
import { startHolder, type TestNode } from './testing/test-node.ts'

const dataset = await makeDataset(100)
const ASKER = 'asker' as PeerKey

function want(start: number | bigint, count: number | bigint, more: Partial<WantListEntry> = {}): WantListEntry {
  const address = { treeCid: dataset.treeCid, index: BigInt(start) }
  const rest = { priority: 0, cancel: false, wantType: 0, sendDontHave: false, downloadId: 9n }
  return { address, rangeCount: BigInt(count), ...rest, ...more }
}

async function rangesFor(entries: readonly WantListEntry[], indices?: readonly number[]): Promise<string[]> {
  const presences = await answerWantList(await storeWith(dataset, indices), entries)
  return presences.map(({ kind, ranges, downloadId }) => {
    const text = ranges.map(({ start, count }) => `${start}+${count}`).join(' ')
    return `${downloadId} ${kind} ${text}`.trimEnd()
  })
}

describe('answering a want list', () => {
  it('names the ranges that are here, inside the window asked for', async () => {
    expect(await rangesFor([want(10, 30)], [5, 11, 12, 13, 20, 39, 40])).toEqual(['9 have-range 11+3 20+1 39+1'])
  })

  it('looks at one block where the range is 0', async () => {
    expect(await rangesFor([want(12, 0)], [11, 12, 13])).toEqual(['9 have-range 12+1'])
  })

  it('says nothing of what is not here, unless asked to', async () => {
    expect(await rangesFor([want(50, 10), want(60, 10, { sendDontHave: true, downloadId: 7n })], [1])).toEqual([
      '7 dont-have',
    ])
  })

  it('says nothing of an unknown tree', async () => {
    const other = await makeDataset(3, { seed: 5 })
    expect(await rangesFor([want(0, 3, { address: { treeCid: other.treeCid, index: 0n } })])).toEqual([])
    expect(await rangesFor([want(0, 3, { address: { treeCid: dataset.manifestCid, index: 0n } })])).toEqual([])
  })

  it('ignores a range that is too long and an index that no tree has', async () => {
    expect(await rangesFor([want(0, 262_145), want(2n ** 63n, 5), want(0, 262_144, { downloadId: 3n })])).toEqual([
      '3 have-range 0+100',
    ])
  })

  it('looks at no more indices in all than one message may make it look at', async () => {
    expect(await rangesFor([want(0, 16_380, { downloadId: 1n }), want(0, 50, { downloadId: 2n }), want(0, 1)])).toEqual(
      ['1 have-range 0+100', '2 have-range 0+4'],
    )
  })

  it('asks the store for no more trees than one of our own lists may name', async () => {
    const store = await storeWith(dataset)
    let looks = 0
    const presence: BlockStore['presence'] = (treeCid) => {
      looks += 1
      return store.presence(treeCid)
    }
    const others = Array.from({ length: 100 }, (_, i) => treeCidFromDigest(new Uint8Array(32).fill(i)))
    const entries = others.map((treeCid) => want(0, 1, { address: { treeCid, index: 0n } }))
    await answerWantList({ presence }, [...entries, ...entries])

    expect(looks).toBe(MAX_WANT_TREES)
  })
})

async function answer(
  request: { treeCid?: CID; ranges: IndexRange[] },
  indices?: readonly number[],
): Promise<WantBlocksResponse> {
  const asked = { requestId: 77n, treeCid: dataset.treeCid, ...request }
  return serveOnce(makeServer(await storeWith(dataset, indices)), asked)
}

function makeServer(store: BlockStore): BlockServer {
  const clock = new ManualClock()
  return new BlockServer({ store, clock, turns: new ServingTurns({ clock }) })
}

/** One server that many ask; gives the indices that it answers with. */
function crowd(store: BlockStore): (peer: string, start: number, count: number) => Promise<bigint[]> {
  const server = makeServer(store)
  return async (peer, start, count) => {
    const ranges = [{ start: BigInt(start), count: BigInt(count) }]
    const { blocks } = await serveOnce(server, { requestId: 1n, treeCid: dataset.treeCid, ranges }, peer as PeerKey)
    return blocks.map(({ index }) => index)
  }
}

async function serveOnce(server: BlockServer, asked: WantBlocksRequest, peer = ASKER): Promise<WantBlocksResponse> {
  const frames: Uint8Array[] = []
  const channel = {
    signal: new AbortController().signal,
    send: async (frame: Uint8Array) => {
      frames.push(frame)
      return () => 0
    },
    giveUp: () => undefined,
  }
  const blockCount = await server.serve(peer, asked, channel)
  const [response, ...more] = frames.map((frame) => decodeWantBlocksResponse(frame.subarray(5)))
  if (response === undefined || more.length > 0) throw new Error('not one answer')
  expect(response.blocks).toHaveLength(blockCount)
  return response
}

describe('answering a request for blocks', () => {
  it('gives each block of a whole dataset to a crowd once before any a second time', async () => {
    const ask = crowd(await storeWith(dataset))
    for (let i = 0; i < CROWD_PEERS; i++) expect(await ask(`asker-${i}`, 50, 1)).toEqual([50n])
    expect(await ask('asker-0', 0, 2)).toEqual([0n, 1n])
    expect(await ask('asker-1', 1, 2)).toEqual([2n])
    expect(await ask('asker-1', 0, 3)).toEqual([])
  })

  it('gives a crowd whatever it asks for where the dataset is here in part', async () => {
    const ask = crowd(await storeWith(dataset, [0, 1, 50]))
    for (let i = 0; i < CROWD_PEERS; i++) expect(await ask(`asker-${i}`, 50, 1)).toEqual([50n])
    expect(await ask('asker-0', 0, 2)).toEqual([0n, 1n])
    expect(await ask('asker-1', 0, 2)).toEqual([0n, 1n])
  })

  it('sends what is here in the order asked, with the request’s id', async () => {
    const { requestId, blocks } = await answer(
      {
        ranges: [
          { start: 9n, count: 3n },
          { start: 2n, count: 1n },
        ],
      },
      [2, 9, 11],
    )

    expect(requestId).toBe(77n)
    expect(blocks.map((block) => block.index)).toEqual([9n, 11n, 2n])
    expect(blocks[0]?.proof).toMatchObject({ index: 9, leafCount: 100 })
  })

  it.each([
    ['an empty range', [{ start: 0n, count: 0n }]],
    ['no range', []],
    [
      'more than 32 blocks',
      [
        { start: 0n, count: 20n },
        { start: 40n, count: 13n },
      ],
    ],
    ['a range that overflows', [{ start: 2n ** 64n - 1n, count: 5n }]],
    ['a range beyond the end', [{ start: 100n, count: 5n }]],
  ])('sends no block for %s', async (_title, ranges) => {
    expect((await answer({ ranges })).blocks).toEqual([])
  })

  it('sends no block for a tree that is not here', async () => {
    const other = await makeDataset(3, { seed: 5 })
    expect((await answer({ treeCid: other.treeCid, ranges: [{ start: 0n, count: 1n }] })).blocks).toEqual([])
  })

  it('sends as many of the largest blocks as one frame may carry', async () => {
    const large = await makeDataset(12, { blockSizeBytes: 524_288 })
    const request = { requestId: 1n, treeCid: large.treeCid, ranges: [{ start: 0n, count: 12n }] }

    expect((await serveOnce(makeServer(await storeWith(large)), request)).blocks).toHaveLength(8)
  })
})

describe('serving under load', () => {
  it('answers requests of one stream in order', async () => {
    const hub = new MemoryHub()
    const holder = await startHolder(hub, { name: 'holder', dataset })
    const asker = hub.addNode('asker')
    hub.connect(holder.network, asker)
    const stream = await asker.openStream(holder.network.peer, '/storage/blockexc/1.0.0')
    const ids: bigint[] = []
    let bytes = new Uint8Array()
    stream.addEventListener('message', ({ data }) => {
      bytes = Uint8Array.from([...bytes, ...data.subarray()])
      for (;;) {
        const length = bytes.byteLength < 4 ? Infinity : new DataView(bytes.buffer).getUint32(0, true)
        if (bytes.byteLength < 4 + length) return
        ids.push(decodeWantBlocksResponse(bytes.slice(5, 4 + length)).requestId)
        bytes = bytes.slice(4 + length)
      }
    })
    for (let id = 0n; id < 20n; id++) stream.send(requestFrame(id, 0n, id % 3n === 0n ? 8n : 1n))

    await expect.poll(() => ids).toEqual(Array.from({ length: 20 }, (_, i) => BigInt(i)))
  })

  it('drops a peer that asks for ever and does not read', async () => {
    const hub = new MemoryHub()
    const holder = await startHolder(hub, { name: 'holder', dataset })
    const flooder = await ScriptedPeer.start(hub, { name: 'flooder', dataset })
    hub.connect(holder.network, flooder.network)
    await flooder.send(holder.network.peer, requestFrame(0n, 0n, 1n))
    stall(holder)

    for (let id = 1n; id <= MAX_WAITING_REQUESTS + 2; id++) {
      await flooder.send(holder.network.peer, requestFrame(id, 0n, 32n))
    }

    await expect
      .poll(() => holder.network.drops)
      .toMatchObject([{ peer: 'flooder', reason: expect.stringMatching(/asks faster/) }])
  })

  it('gives up a stream that takes nothing for half a minute', async () => {
    const clock = new ManualClock()
    const hub = new MemoryHub()
    const holder = await startHolder(hub, { name: 'holder', dataset, clock })
    const asker = await ScriptedPeer.start(hub, { name: 'asker', dataset })
    hub.connect(holder.network, asker.network)
    await asker.send(holder.network.peer, requestFrame(0n, 0n, 1n))
    stall(holder)

    await clock.advance(29_000)
    expect(holder.network.accepted[0]?.status).toBe('open')
    await clock.advance(2000)
    expect(holder.network.accepted[0]?.status).toBe('aborted')
  })

  it('keeps only the newest of the want lists that come while one is answered', async () => {
    const hub = new MemoryHub()
    const holder = await startHolder(hub, { name: 'holder', dataset })
    const asker = await ScriptedPeer.start(hub, { name: 'asker', dataset })
    hub.connect(holder.network, asker.network)
    const frames = Array.from({ length: 50 }, (_, i) =>
      encodeFrame(
        CONTROL,
        encodeMessage({
          wantList: { entries: [want(0, 100, { downloadId: BigInt(i) })], full: false },
          blockPresences: [],
        }),
      ),
    )

    await asker.send(holder.network.peer, Uint8Array.from(frames.flatMap((frame) => [...frame])))

    const ids = (): bigint[] =>
      asker.messages().flatMap((message) => message.blockPresences.map((presence) => presence.downloadId))
    await expect.poll(() => ids().at(-1)).toBe(49n)
    expect(ids().length).toBeLessThan(10)
  })

  it('refuses the streams of a peer beyond the twelfth', async () => {
    const hub = new MemoryHub()
    const holder = await startHolder(hub, { name: 'holder', dataset })
    const greedy = hub.addNode('greedy')
    hub.connect(holder.network, greedy)
    const streams = await Promise.all(
      Array.from({ length: 14 }, () => greedy.openStream(holder.network.peer, '/storage/blockexc/1.0.0')),
    )

    await expect
      .poll(() => streams.map((stream) => stream.status))
      .toEqual([...Array.from({ length: 12 }, () => 'open'), 'reset', 'reset'])
  })
})

/** The peer no longer reads what the node sends on the first stream. */
function stall(node: TestNode): void {
  const [stream] = node.network.accepted
  if (stream !== undefined) stream.isStalled = true
}

function requestFrame(requestId: bigint, start: bigint, count: bigint): Uint8Array {
  const request = { requestId, treeCid: dataset.treeCid, ranges: [{ start, count }] }
  return encodeFrame(WANT_BLOCKS_REQUEST, encodeWantBlocksRequest(request))
}
