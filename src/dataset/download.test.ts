import { assert, asyncProperty, integer, nat, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeManifest, type Manifest } from '../codec/manifest.ts'
import { QuireError } from '../errors.ts'
import type { BlockSource } from './block-source.ts'
import { blockGroups } from './block-groups.ts'
import { cidOf } from './cid-of.ts'
import { readDataset, toReadableStream } from './download.ts'

const SIZE = 4096 * 9 + 1234
const content = Uint8Array.from({ length: SIZE }, (_, i) => (i * 7 + (i >> 8)) & 255)

interface Sample {
  readonly manifest: Manifest
  readonly blocks: readonly Uint8Array[]
}

async function sample(): Promise<Sample> {
  const blob = new Blob([content])
  const { manifestBytes } = await cidOf(blob, { blockSizeBytes: 4096 })
  const blocks: Uint8Array[] = []
  for await (const group of blockGroups(blob, { blockSizeBytes: 4096 })) {
    blocks.push(...group.blocks.map(({ bytes }) => bytes))
  }
  return { manifest: decodeManifest(manifestBytes), blocks }
}

/** Gives blocks in any order of time, and counts how many are asked for at once. */
class SourceDouble implements BlockSource {
  readonly asked: number[] = []
  readonly signals: (AbortSignal | undefined)[] = []
  mostOpen = 0
  #open = 0
  readonly #blocks: readonly Uint8Array[]

  constructor(blocks: readonly Uint8Array[]) {
    this.#blocks = blocks
  }

  async getBlock(
    _treeCid: unknown,
    index: number,
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<Uint8Array> {
    this.asked.push(index)
    this.signals.push(options.signal)
    this.mostOpen = Math.max(this.mostOpen, ++this.#open)
    for (let turns = (index * 5) % 7; turns > 0; turns--) await Promise.resolve()
    this.#open--
    const block = this.#blocks[index]
    if (block === undefined) throw new QuireError('ERR_BLOCK_NOT_FOUND', `No block ${index}.`)
    return block
  }
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece.slice())
  return Buffer.concat(all)
}

describe('readDataset', () => {
  it('gives the content, cut at the dataset’s size', async () => {
    const { manifest, blocks } = await sample()
    expect(Buffer.compare(await collect(readDataset(manifest, new SourceDouble(blocks))), content)).toBe(0)
  })

  it('gives exactly the bytes of any range, and asks for no other block', async () => {
    const { manifest, blocks } = await sample()
    const range = tuple(nat(SIZE), nat(SIZE + 5000), integer({ min: 1, max: 12 }))
    await assert(
      asyncProperty(range, async ([a, b, readAheadBlocks]) => {
        const [startByte, endByte] = [Math.min(a, b), Math.max(a, b)]
        const source = new SourceDouble(blocks)
        const bytes = await collect(readDataset(manifest, source, { range: { startByte, endByte }, readAheadBlocks }))
        expect(Buffer.compare(bytes, content.subarray(startByte, endByte))).toBe(0)
        expect(source.mostOpen).toBeLessThanOrEqual(readAheadBlocks)
        const [first, last] = [Math.floor(startByte / 4096), Math.floor((Math.min(endByte, SIZE) - 1) / 4096)]
        expect(source.asked.every((index) => index >= first && index <= last)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('reads nothing for an empty range', async () => {
    const { manifest, blocks } = await sample()
    const source = new SourceDouble(blocks)
    expect(await collect(readDataset(manifest, source, { range: { startByte: 5, endByte: 5 } }))).toHaveLength(0)
    expect(source.asked).toEqual([])
  })

  it.each([
    [-1, 5],
    [6, 5],
    [SIZE + 1, SIZE + 2],
    [0.5, 5],
    [0, Number.NaN],
  ])('refuses the range %d … %d', async (startByte, endByte) => {
    const { manifest, blocks } = await sample()
    const reading = collect(readDataset(manifest, new SourceDouble(blocks), { range: { startByte, endByte } }))
    await expect(reading).rejects.toMatchObject({ code: 'ERR_RANGE_INVALID' })
  })

  it('throws the source’s error after the blocks before it', async () => {
    const { manifest, blocks } = await sample()
    const pieces: Uint8Array[] = []
    const reading = (async () => {
      for await (const piece of readDataset(manifest, new SourceDouble(blocks.slice(0, 3)))) pieces.push(piece)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'ERR_BLOCK_NOT_FOUND' })
    expect(pieces).toHaveLength(3)
  })

  it('aborts what is still asked for when the reader ends early', async () => {
    const { manifest, blocks } = await sample()
    const source = new SourceDouble(blocks)
    for await (const piece of readDataset(manifest, source, { readAheadBlocks: 4 })) if (piece.byteLength > 0) break
    expect(source.asked.length).toBeLessThanOrEqual(4)
    expect(source.signals.slice(1).every((signal) => signal?.aborted === true)).toBe(true)
  })

  it('rejects with the signal’s reason', async () => {
    const { manifest, blocks } = await sample()
    const controller = new AbortController()
    const reason = new Error('enough')
    const reading = (async () => {
      for await (const piece of readDataset(manifest, new SourceDouble(blocks), { signal: controller.signal })) {
        if (piece.byteLength > 0) controller.abort(reason)
      }
    })()
    await expect(reading).rejects.toBe(reason)
  })
})

describe('toReadableStream', () => {
  it('gives the content in chunks that own their buffers', async () => {
    const { manifest, blocks } = await sample()
    const shared = new Uint8Array(Buffer.concat(blocks))
    const views = blocks.map((_, i) => shared.subarray(i * 4096, (i + 1) * 4096))
    const stream = toReadableStream((signal) => readDataset(manifest, new SourceDouble(views), { signal }))
    const chunks: Uint8Array[] = []
    for await (const chunk of stream) chunks.push(chunk)
    expect(Buffer.compare(Buffer.concat(chunks), content)).toBe(0)
    expect(chunks.every((chunk) => chunk.buffer.byteLength === chunk.byteLength)).toBe(true)
  })

  it('reads nothing before it is asked', async () => {
    const { manifest, blocks } = await sample()
    const source = new SourceDouble(blocks)
    const stream = toReadableStream((signal) => readDataset(manifest, source, { signal }))
    await Promise.resolve()
    expect(source.asked).toEqual([])
    await stream.cancel()
  })

  it('lets go of a block that never comes when it is cancelled', async () => {
    const { manifest } = await sample()
    const source: BlockSource = {
      getBlock: (_treeCid, _index, { signal } = {}) =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    }
    const reader = toReadableStream((signal) => readDataset(manifest, source, { signal })).getReader()
    const reading = reader.read()
    await Promise.resolve()
    await reader.cancel('closed')
    expect(await reading).toEqual({ done: true, value: undefined })
  })
})
