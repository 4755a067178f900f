import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cidText, digestOf, type ManifestCid } from '../../codec/cid.ts'
import { concat } from '../../codec/concat.ts'
import { isQuireError } from '../../errors.ts'
import { MemoryHub } from '../../exchange/testing/memory-network.ts'
import { createMemoryBlockStore } from '../../store/memory-block-store.ts'
import { createTestNode, type TestNode } from '../testing/memory-network.ts'
import {
  encodeBlocks,
  encodeCount,
  encodeDataset,
  encodeFrame,
  encodeJsonFrame,
  FRAME_TYPES,
  MAGIC,
} from './backup-format.ts'
import type { ImportReport } from './backup-views.ts'

const BLOCK = 4096
const HEAD = { madeAtMs: 5, version: '1', datasetCount: 1, contentBytes: 1 }

function bytesOf(seed: number, blocks: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: BLOCK * blocks }, (_, i) => (Math.imul(i + seed * 977, 2_654_435_761) >>> 13) & 255)
}

describe('damaged and hostile backups', () => {
  let hub: MemoryHub
  let source: TestNode
  const started: TestNode[] = []

  beforeEach(async () => {
    hub = new MemoryHub()
    source = await start('source')
  })

  afterEach(async () => {
    await Promise.all(started.splice(0).map(({ node }) => node.stop()))
  })

  async function start(name: string): Promise<TestNode> {
    const test = await createTestNode(hub, name, { store: createMemoryBlockStore() })
    await test.node.start()
    started.push(test)
    return test
  }

  const add = async (seed: number, blocks: number): Promise<ManifestCid> =>
    (await source.node.upload(new Blob([bytesOf(seed, blocks)]), { blockSizeBytes: BLOCK, filename: `${seed}` }))
      .manifestCid

  const exported = async (): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await new Response(source.node.backups.export({})).arrayBuffer())

  let count = 0
  async function importInto(bytes: Uint8Array): Promise<{ test: TestNode; report: ImportReport }> {
    const test = await start(`target-${count++}`)
    const report = await test.node.backups.import(new Blob([Uint8Array.from(bytes)]), {})
    return { test, report }
  }

  /** The frames of one dataset, with something in it changed. */
  async function datasetOf(cid: ManifestCid, change: Partial<Parameters<typeof encodeDataset>[0]> = {}) {
    const { bytes } = await source.node.findManifest(cid)
    const header = {
      isPinned: false,
      isUpload: false,
      isArchive: false,
      isAnnounced: true,
      addedAtMs: 1,
      lastUsedAtMs: 2,
      manifestDigest: digestOf(cid),
      manifestBytes: bytes,
      ...change,
    }
    return encodeFrame('dataset', encodeDataset(header))
  }

  async function blocksOf(cid: ManifestCid) {
    const treeCid = (await source.store.getDataset(cid))?.manifest.treeCid
    const entry = await source.store.getDataset(cid)
    const indices = Array.from({ length: entry?.blockCount ?? 0 }, (_, index) => index)
    return source.store.getProvenBlocks(treeCid as Parameters<typeof source.store.getProvenBlocks>[0], indices)
  }

  const ended = async (blocks: number) => [
    await encodeFrame('datasetEnd', encodeCount(blocks)),
    await encodeJsonFrame('end', {}),
  ]

  it.each([
    { what: 'an empty file', bytes: new Uint8Array() },
    { what: 'a picture', bytes: bytesOf(1, 3) },
    { what: 'a newer kind of backup', bytes: concat(MAGIC.subarray(0, 7), Uint8Array.of(2), bytesOf(1, 1)) },
    { what: 'a beginning alone', bytes: MAGIC },
  ])('refuses $what, with nothing changed', async ({ bytes }) => {
    const test = await start('target')
    const importing = test.node.backups.import(new Blob([Uint8Array.from(bytes)]), {})
    await expect(importing).rejects.toMatchObject({ code: 'ERR_BACKUP_INVALID' })
    expect(await test.store.space()).toMatchObject({ usedBytes: 0 })
  })

  it('takes what comes before the place where a file was cut off, and says that it is not whole', async () => {
    const cids = [await add(1, 3), await add(2, 3)]
    const whole = await exported()
    for (let sizeBytes = 200; sizeBytes < whole.byteLength; sizeBytes += 1777) {
      const { test, report } = await importInto(whole.subarray(0, sizeBytes))
      expect(report).toMatchObject({ isWhole: false, error: { code: 'ERR_BACKUP_INVALID' }, damagedBlocks: 0 })
      expect((await test.store.space()).blockCount).toBe(report.addedBlocks)
    }
    const { report } = await importInto(whole)
    expect(report).toMatchObject({ isWhole: true, addedBlocks: 6, datasetCount: cids.length })
  })

  it('never takes a wrong byte, whichever one is changed', async () => {
    const cid = await add(1, 3)
    const whole = await exported()
    const right = (await blocksOf(cid)).map(({ bytes }) => Buffer.from(bytes).toString('base64'))
    for (let at = 9; at < whole.byteLength; at += 401) {
      const bent = whole.slice()
      bent[at] = (bent[at] ?? 0) ^ 0x10
      const test = await start(`bent-${at}`)
      const outcome = await test.node.backups.import(new Blob([bent]), {}).catch((error: unknown) => error)
      const isTold =
        isQuireError(outcome, 'ERR_BACKUP_INVALID') ||
        (outcome as ImportReport).damagedBlocks > 0 ||
        !(outcome as ImportReport).isWhole ||
        (outcome as ImportReport).datasets.some(({ outcome: became }) => became === 'refused')
      expect(isTold, `byte ${at}`).toBe(true)
      const here = await test.store.getDataset(cid)
      const held = here === undefined ? [] : await test.store.getBlocks(here.manifest.treeCid as never, [0, 1, 2])
      for (const { index, bytes } of held) expect(Buffer.from(bytes).toString('base64')).toBe(right[index])
    }
  })

  it('refuses a frame that claims to be larger than any is, before it reads on', async () => {
    const test = await start('target')
    let pulls = 0
    const claim = concat(MAGIC, Uint8Array.of(FRAME_TYPES.block, 0xff, 0xff, 0xff, 0xff))
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(pulls++ === 0 ? claim : new Uint8Array(1024)),
    })
    await expect(test.node.backups.import(endless, {})).rejects.toMatchObject({ code: 'ERR_BACKUP_INVALID' })
    expect(pulls).toBeLessThan(4)
  })

  it('leaves out blocks of another dataset, of another place and of a wrong size, and takes the others', async () => {
    const [cid, other] = [await add(1, 6), await add(2, 6)]
    const [blocks, foreign] = [await blocksOf(cid), await blocksOf(other)]
    const sent = blocks.map((block, at) => {
      if (at === 1) return { ...block, bytes: foreign[1]?.bytes ?? block.bytes }
      if (at === 2) return { ...block, index: 3 }
      if (at === 4) return { ...block, index: 4_000_000_000 }
      return at === 5 ? { ...block, bytes: block.bytes.subarray(1) } : block
    })
    const bytes = concat(
      MAGIC,
      await encodeJsonFrame('head', HEAD),
      await datasetOf(cid),
      encodeBlocks(sent),
      ...(await ended(6)),
    )
    const { test, report } = await importInto(bytes)
    expect(report).toMatchObject({
      isWhole: true,
      addedBlocks: 2,
      damagedBlocks: 4,
      datasets: [{ outcome: 'damaged' }],
    })
    expect(await test.store.getDataset(cid)).toMatchObject({ haveCount: 2 })
    expect(await test.node.fetch(cid)).toMatchObject({ haveCount: 6 })
  })

  it('refuses a description that is not the one of its CID, or none at all, and takes the datasets behind it', async () => {
    const [cid, other] = [await add(1, 2), await add(2, 2)]
    const frames = [
      await datasetOf(cid, { manifestBytes: (await source.node.findManifest(other)).bytes }),
      encodeBlocks(await blocksOf(cid)),
      await encodeFrame('datasetEnd', encodeCount(2)),
      await datasetOf(other),
      encodeBlocks(await blocksOf(other)),
      ...(await ended(2)),
    ]
    const { test, report } = await importInto(concat(MAGIC, await encodeJsonFrame('head', HEAD), ...frames))
    expect(report.datasets).toMatchObject([
      { cid: cidText(cid), outcome: 'refused', error: { code: 'ERR_MANIFEST_INVALID' } },
      { cid: cidText(other), outcome: 'added', addedBlocks: 2 },
    ])
    expect(await test.node.list()).toHaveLength(1)
  })

  it('believes no time that is none or to come, and hides no file as an archive', async () => {
    const cid = await add(1, 1)
    const lies = { isArchive: true, addedAtMs: Number.NaN, lastUsedAtMs: Number.POSITIVE_INFINITY }
    const frames = [await datasetOf(cid, lies), encodeBlocks(await blocksOf(cid)), ...(await ended(1))]
    const community = { id: `0x02${'11'.repeat(32)}`, name: 'x', link: 'no link' }
    const head = [await encodeJsonFrame('head', HEAD), await encodeJsonFrame('communities', [community, 5, null])]
    const nowMs = Date.now()
    const { test } = await importInto(concat(MAGIC, ...head, ...frames))
    const [listed] = await test.node.list()
    expect(listed?.manifestCid.equals(cid)).toBe(true)
    expect(listed?.addedAtMs).toBeGreaterThanOrEqual(nowMs)
    expect(listed?.lastUsedAtMs).toBeLessThanOrEqual(Date.now())
  })

  it.each([
    { what: 'a block of no dataset', frames: async () => [encodeBlocks(await blocksOf(await add(1, 1)))] },
    { what: 'blocks missing', frames: async () => [await datasetOf(await add(1, 1)), ...(await ended(1))] },
    { what: 'no end of a dataset', frames: async () => [await datasetOf(await add(1, 1)), (await ended(0))[1]] },
    { what: 'two beginnings', frames: async () => [await encodeJsonFrame('head', HEAD)] },
    { what: 'settings that are no object', frames: async () => [await encodeJsonFrame('settings', null)] },
    { what: 'keys locked in an unknown way', frames: async () => [await encodeJsonFrame('keys', { rounds: 1e12 })] },
    { what: 'text that is no JSON', frames: async () => [await encodeFrame('communities', Uint8Array.of(1, 2))] },
    { what: 'envelopes without their bytes', frames: async () => [await encodeFrame('envelopes', bytesOf(1, 1))] },
    { what: 'an unknown frame', frames: async () => [Uint8Array.of(99, 0, 0, 0, 0)] },
  ])('stops at $what and says so', async ({ frames }) => {
    const parts = (await frames()).filter((frame) => frame !== undefined)
    const { report } = await importInto(concat(MAGIC, await encodeJsonFrame('head', HEAD), ...parts))
    expect(report).toMatchObject({ isWhole: false, error: { code: 'ERR_BACKUP_INVALID' }, addedBlocks: 0 })
  })

  it('keeps what came before a stream failed', async () => {
    await add(1, 40)
    const whole = await exported()
    const test = await start('target')
    let pulls = 0
    const failing = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (pulls++ > 0) controller.error(new DOMException('The file was changed.', 'NotReadableError'))
        else controller.enqueue(whole.subarray(0, whole.byteLength - 5000))
      },
    })
    const report = await test.node.backups.import(failing, {})
    expect(report).toMatchObject({ isWhole: false, error: { code: 'ERR_BACKUP_INVALID' } })
    expect(report.addedBlocks).toBeGreaterThan(30)
  })
})
