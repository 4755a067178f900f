import { afterEach, describe, expect, it } from 'vitest'
import { connectNode } from '../rpc/client.ts'
import { serveWebRtc } from '../webrtc/page.ts'
import { Quire, type QuireOptions } from './quire.browser.ts'

const HELLO = 'zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd'

/** The real workers, in the browser that runs the tests. */
describe('Quire in a browser', () => {
  const made: Quire[] = []
  afterEach(async () => {
    await Promise.all(made.splice(0).map((quire) => quire.close()))
  })

  async function start(options: QuireOptions = {}): Promise<Quire> {
    const own = options.node === undefined ? { keepers: [], logLevel: 'error' as const } : {}
    const quire = await Quire.create({ ...own, ...options })
    made.push(quire)
    await quire.start()
    return quire
  }

  it('stores, reads and deletes in memory, in a worker of its own', async () => {
    const quire = await start({ storage: 'memory' })
    const seen: number[] = []
    const file = new File(['Hello World!'], 'hello.txt', { type: 'text/plain' })
    const { cid } = await quire.upload(file, { onProgress: ({ doneBytes }) => seen.push(doneBytes) })
    expect(cid).toBe(HELLO)
    expect(seen.at(-1)).toBe(12)
    const blob = await quire.blob(cid)
    expect([blob.type, await blob.text()]).toEqual(['text/plain', 'Hello World!'])
    expect(await quire.delete(cid)).toBe(true)
    await expect(quire.bytes(cid, { isLocal: true })).rejects.toMatchObject({ code: 'ERR_DATASET_NOT_FOUND' })
  })

  it('takes a stream across to the worker, and frees what an abort leaves', async () => {
    const quire = await start({ storage: 'memory' })
    const pieces = Array.from({ length: 40 }, (_, i) => new Uint8Array(100_000).fill(i))
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        const next = pieces.shift()
        if (next === undefined) controller.close()
        else controller.enqueue(next)
      },
    })
    const dataset = await quire.upload(stream, { name: 'stream.bin' })
    expect(dataset).toMatchObject({ sizeBytes: 4_000_000, name: 'stream.bin', isComplete: true })
    const part = await quire.bytes(dataset.cid, { range: { startByte: 99_999, endByte: 100_001 } })
    expect([...part]).toEqual([0, 1])
    const { usedBytes } = await quire.space()
    const controller = new AbortController()
    const session = await quire.openUpload({ signal: controller.signal })
    await session.write(new Uint8Array(1_000_000))
    controller.abort()
    await expect(session.write(new Uint8Array(1))).rejects.toMatchObject({ name: 'AbortError' })
    await session.abort()
    expect((await quire.space()).usedBytes).toBe(usedBytes)
  })

  it('keeps what it has under its name, apart from the node of the page', async () => {
    const name = `test-${crypto.randomUUID().slice(0, 8)}`
    const first = await start({ name })
    const { cid } = await first.upload(new Blob(['kept']), { name: 'kept.txt' })
    const peerId = await first.peerId()
    await first.close()
    const second = await start({ name })
    expect(await second.peerId()).toBe(peerId)
    expect(await (await second.blob(cid, { isLocal: true })).text()).toBe('kept')
    const names = (await indexedDB.databases()).map((database) => database.name)
    expect(names).toContain(`quire.${name}`)
  })

  it('shares one node among all that have its name', async () => {
    const name = `test-${crypto.randomUUID().slice(0, 8)}`
    const first = await start({ name })
    const second = await start({ name })
    expect(await second.peerId()).toBe(await first.peerId())
    const { cid } = await first.upload(new Blob(['shared']))
    expect(await second.exists(cid)).toBe(true)
    await first.close()
    expect(await second.exists(cid)).toBe(true)
  })

  it('attaches to a node that the page has, and leaves it running', async () => {
    const worker = new Worker(new URL('../../workers/node.worker.ts', import.meta.url), { type: 'module' })
    const owner = await connectNode(worker, { isInMemory: true, onWebRtcPort: serveWebRtc })
    const { cid } = await owner.upload(new Blob(['of the page']))
    const guest = await start({ node: owner })
    expect(await guest.exists(cid)).toBe(true)
    await guest.close()
    expect(await owner.exists(cid)).toBe(true)
    owner.close()
    worker.terminate()
  })

  it.each([
    [{ listen: ['/ip4/127.0.0.1/tcp/0'] }, /for Node alone/],
    [{ storage: { folder: '/tmp' } }, /“storage” is/],
    [{ name: 'Not a name' }, /small letters/],
    [{ keepers: 'one' as unknown as string[] }, /list of texts/],
    [{ colour: 'red' } as QuireOptions, /no option “colour”/],
  ])('refuses options %j', async (options, message) => {
    await expect(Quire.create(options)).rejects.toMatchObject({ code: 'ERR_ARGUMENT_INVALID', message })
  })
})
