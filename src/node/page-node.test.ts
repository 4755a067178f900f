import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { encodeManifest } from '../codec/manifest.ts'
import { manifestCidFromDigest, treeCidFromDigest } from '../codec/cid.ts'
import { MemoryHub } from '../exchange/testing/memory-network.ts'
import { sha256 } from '../merkle/hasher.ts'
import { ExportFolder } from './export-folder.ts'
import { NodeLog } from './node-log.ts'
import { type PageEvent, PageNode } from './page-node.ts'
import { lateHistory } from './history/late-history.ts'
import { createTestNode, type TestNode } from './testing/memory-network.ts'

const noFiles = new ExportFolder(() => Promise.reject(new Error('no private file system in Node')))

describe('PageNode', () => {
  let test: TestNode
  let page: PageNode
  let keepersRead: number

  beforeEach(async () => {
    test = await createTestNode(new MemoryHub(), 'a', { patience: { manifestMs: 0 } })
    await test.node.start()
    keepersRead = 0
    const readKeepers = async (): Promise<void> => void keepersRead++
    const program = { connectPeer: async (peer: string) => peer, log: new NodeLog(() => undefined, 'warn') }
    const parts = { ...program, exports: noFiles, isPersistent: async () => true, readKeepers }
    page = new PageNode({ node: test.node, history: lateHistory(new Promise(() => undefined)), ...parts })
  })

  afterEach(() => test.node.stop())

  it('uploads a file under its own name and type, or those it is given', async () => {
    const own = await page.upload(new File(['Hello World!'], 'hello.txt', { type: 'text/plain' }))
    expect(own).toMatchObject({
      cid: 'zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd',
      treeCid: 'zDzSvJTf8JYwvysKPmG7BtzpbiAHfuwFMRphxm4hdvnMJ4XPJjKX',
      name: 'hello.txt',
      mediaType: 'text/plain',
      sizeBytes: 12,
      isComplete: true,
    })
    const given = await page.upload(new Blob(['Hello World!']), { name: 'other.txt', mediaType: 'text/markdown' })
    expect(given).toMatchObject({ name: 'other.txt', mediaType: 'text/markdown', treeCid: own.treeCid })
    expect((await page.list()).map(({ name }) => name)).toEqual(['other.txt', 'hello.txt'])
  })

  it('takes links and CIDs, and makes the link to hand out', async () => {
    const { cid } = await page.upload(new File(['content'], 'a.txt'))
    const link = await page.shareLink(cid, 'https://quire.example/app/#/old')
    expect(link).toBe(`https://quire.example/app/#/${cid}?maddrs=/memory/a`)
    expect(await page.fetch(link)).toMatchObject({ cid })
    expect(await page.manifest(` ${cid}\n`)).toMatchObject({ cid, name: 'a.txt' })
    expect(await page.exists(cid)).toBe(true)
    expect(await page.delete(cid)).toBe(true)
    expect(await page.exists(cid)).toBe(false)
  })

  it.each([
    ['no link', 'ERR_CID_INVALID'],
    ['https://quire.example/#/', 'ERR_LINK_INVALID'],
    ['zDzSvJTf8JYwvysKPmG7BtzpbiAHfuwFMRphxm4hdvnMJ4XPJjKX', 'ERR_CID_WRONG_KIND'],
  ])('refuses %s with %s', async (text, code) => {
    await expect(page.fetch(text)).rejects.toMatchObject({ code })
    await expect(page.manifest(text)).rejects.toMatchObject({ code })
    await expect(page.stream(text)).rejects.toMatchObject({ code })
  })

  it('reads the list of keepers again before it tries them', async () => {
    await page.reconnect()
    expect(keepersRead).toBe(1)
  })

  it('streams a range', async () => {
    const { cid } = await page.upload(new File(['0123456789'], 'a.txt'))
    const stream = await page.stream(cid, { range: { startByte: 2, endByte: 6 } })
    expect(await new Response(stream).text()).toBe('2345')
  })

  it('shows no name and no media type as a stranger wrote them', async () => {
    const manifestBytes = encodeManifest({
      treeCid: treeCidFromDigest(new Uint8Array(32)),
      blockSizeBytes: 65_536,
      datasetSizeBytes: 10,
      filename: '../../photo\u202Egpj.exe',
      mimetype: 'text/html"><script>',
    })
    const manifestCid = manifestCidFromDigest(await sha256(manifestBytes))
    await test.store.addDataset({ manifestCid, manifestBytes })
    const [dataset] = await page.list()
    expect(dataset?.name).toBe('photogpj.exe')
    expect(dataset?.mediaType).toBeUndefined()
  })

  it('says whether the storage is kept, in the space and in its events', async () => {
    expect(await page.space()).toMatchObject({ isPersistent: true })
    const events: PageEvent[] = []
    const unsubscribe = page.watch((event) => void events.push(event))
    await vi.waitFor(() =>
      expect(events.find(({ type }) => type === 'space')).toMatchObject({ space: { isPersistent: true } }),
    )
    unsubscribe()
  })

  it('gives every transfer with its CID as text, and dismisses it', async () => {
    const { cid } = await page.upload(new File(['content'], 'a.txt'))
    const events: PageEvent[] = []
    const unsubscribe = page.watch((event) => void events.push(event))
    expect(events).toMatchObject([{ type: 'transfer', transfer: { cid, kind: 'upload', phase: { state: 'done' } } }])
    const id = events[0]?.type === 'transfer' ? events[0].transfer.id : ''
    await page.dismissTransfer(id)
    expect(events.at(-1)).toEqual({ type: 'transfer-removed', id })
    unsubscribe()
  })

  it('leaves the old file as it was when a save fails', async () => {
    const { cid } = await page.upload(new File(['content'], 'a.txt'))
    const calls: string[] = []
    // As much of a writable file as a save needs; Node has none.
    const target = {
      createWritable: async () => ({
        write: () => Promise.reject(new DOMException('disk gone', 'InvalidStateError')),
        close: async () => void calls.push('close'),
        abort: async () => void calls.push('abort'),
      }),
    } as unknown as FileSystemFileHandle
    await expect(page.save(cid, target)).rejects.toMatchObject({ code: 'ERR_SAVE_FAILED' })
    expect(calls).toEqual(['abort'])
    expect(test.node.transfers.list().at(-1)).toMatchObject({ kind: 'save', phase: { state: 'failed' } })
  })
})
