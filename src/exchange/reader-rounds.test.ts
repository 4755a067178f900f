/** What is asked for when readers, some far ahead of themselves, and bulk want more than may be on its way. */
import { describe, expect, it } from 'vitest'
import { readDataset } from '../dataset/download.ts'
import { ReadPosition } from '../dataset/read-position.ts'
import { decodeManifest } from '../codec/manifest.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryHub } from './testing/memory-network.ts'
import { makeDataset } from './testing/sample-dataset.ts'
import { indicesOf, ScriptedPeer } from './testing/scripted-peer.ts'
import { startFetcher } from './testing/test-node.ts'

const BLOCK_BYTES = 65_536
const dataset = await makeDataset(60, { blockSizeBytes: BLOCK_BYTES })
const AHEAD = Array.from({ length: 30 }, (_, i) => i + 1)

describe('the order in which blocks are asked for', () => {
  it('is the next block of each reader, then what they read ahead, then bulk', async () => {
    // Two windows of two blocks: one takes what is next, the other what is read ahead, and none has room for bulk.
    const { fetcher, clock, asked, stop } = await beside({ peerCount: 2 })
    const { read } = reading(fetcher)
    read(0, AHEAD)
    read(50, [51])
    const finished = fetcher.exchange.download(dataset)
    await clock.advance(10)

    expect(asked()).toEqual([0, 50, 1, 51, 2, 3])
    await stop()
    await expect(finished).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' })
  })

  it('has the block of a reader that jumped before what it read ahead, which is not asked for any more', async () => {
    const { fetcher, clock, asked, answerAll, stop } = await beside({ peerCount: 1 })
    const { read } = reading(fetcher)
    const jumping = read(0, AHEAD)
    await clock.advance(10)
    expect(asked()).toEqual([0, 1, 2, 3, 4])
    read(40, [])
    await clock.advance(10)
    expect(asked()).toEqual([0, 1, 2, 3, 4, 40])
    jumping.abort(new Error('jumped'))
    answerAll()
    await clock.advance(1000)

    expect(asked()).toEqual([0, 1, 2, 3, 4, 40])
    await stop()
  })

  it('asks for what becomes the next block at once, where it was only read ahead before', async () => {
    const { fetcher, clock, asked, stop } = await beside({ peerCount: 1 })
    const { read } = reading(fetcher)
    const { position } = read(0, AHEAD)
    await clock.advance(10)
    position.waitFor(20)
    await clock.advance(0)

    expect(asked()).toEqual([0, 1, 2, 3, 4, 20])
    await stop()
  })

  it('leaves the readers’ part of the budget to next blocks, however much is read ahead', async () => {
    // A quarter is for readers.
    const { fetcher, clock, asked, stop } = await beside({ peerCount: 6, budgetBytes: 16 * BLOCK_BYTES })
    const { read } = reading(fetcher)
    const { position } = read(0, [0, ...AHEAD])
    await clock.advance(10)
    expect(asked()).toHaveLength(12)
    expect(fetcher.exchange.report().inFlightBytes).toBe(12 * BLOCK_BYTES)
    position.waitFor(30)
    await clock.advance(10)

    expect(asked().at(-1)).toBe(30)
    expect(fetcher.exchange.report().inFlightBytes).toBe(13 * BLOCK_BYTES)
    await stop()
  })
})

describe('the content of a dataset', () => {
  it('is read with ever more blocks ahead, and starts again with few at another place', async () => {
    const { fetcher, clock, asked, answerAll, stop } = await beside({ peerCount: 1 })
    const source = {
      getBlock: (_treeCid: unknown, index: number, options: object) =>
        fetcher.exchange.getBlock(dataset, index, options),
    }
    const manifest = decodeManifest(dataset.manifestBytes)
    const content = readDataset(manifest, source, { range: { startByte: 0, endByte: 40 * BLOCK_BYTES } })
    const first = content.next()
    await clock.advance(10)
    expect(asked()).toEqual([0, 1])
    answerAll()
    await clock.advance(100)
    await first
    const second = content.next()
    await clock.advance(10)
    expect(asked()).toEqual([0, 1, 2, 3, 4])
    answerAll()
    await clock.advance(100)
    await second
    await content.return()
    const elsewhere = readDataset(manifest, source, {
      range: { startByte: 50 * BLOCK_BYTES, endByte: 60 * BLOCK_BYTES },
    })
    void elsewhere.next().catch(() => undefined)
    await clock.advance(10)

    expect(asked().slice(5)).toEqual([50, 51])
    await stop()
  })
})

interface Reading extends AbortController {
  readonly position: ReadPosition
}

function reading(fetcher: Awaited<ReturnType<typeof startFetcher>>) {
  const read = (next: number, ahead: readonly number[]): Reading => {
    const position = new ReadPosition()
    position.waitFor(next)
    const stopping = Object.assign(new AbortController(), { position })
    for (const index of new Set([next, ...ahead])) {
      // A signal each, as a reader gives it.
      const signal = AbortSignal.any([stopping.signal])
      fetcher.exchange.getBlock(dataset, index, { reader: position, signal }).catch(() => undefined)
    }
    return stopping
  }
  return { read }
}

/** A node beside peers that have everything and keep their answers back. */
async function beside(init: { peerCount: number; budgetBytes?: number }) {
  const clock = new ManualClock()
  const hub = new MemoryHub()
  const { peerCount, ...rest } = init
  const fetcher = await startFetcher(hub, { name: 'fetcher', dataset, clock, ...rest })
  const asked: number[] = []
  const held: (() => void)[] = []
  for (let i = 0; i < peerCount; i++) {
    const peer = await ScriptedPeer.start(hub, {
      name: `peer ${i}`,
      dataset,
      answer: (honest, request) => {
        asked.push(...indicesOf(request.ranges))
        held.push(() => peer.answerLate(honest, request))
        return 'silence'
      },
    })
    hub.connect(fetcher.network, peer.network)
  }
  const answerAll = (): void => held.splice(0).forEach((answer) => answer())
  return { fetcher, clock, asked: () => asked, answerAll, stop: () => fetcher.exchange.stop() }
}
