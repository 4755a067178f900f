import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ByteSource } from './testing/byte-source.ts'
import { Quire } from './quire.node.ts'

const BASE = 'https://quire.example/'
const CONTENT = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 7 + (i >> 16)) & 255)

/** Two nodes in this process, which reach each other over loopback. */
describe('content of a Quire', () => {
  let sharer: Quire
  let quire: Quire
  let link: string
  let cid: string

  beforeAll(async () => {
    sharer = await Quire.create({ listen: ['/ip4/127.0.0.1/tcp/0'] })
    quire = await Quire.create()
    await Promise.all([sharer.start(), quire.start()])
    ;({ cid } = await sharer.upload(CONTENT, { name: 'shared.bin' }))
    link = await sharer.link(cid, BASE)
  })
  afterAll(() => Promise.all([sharer.close(), quire.close()]))

  it('asks nobody for what is to be local, though the link says where it is', async () => {
    const local = { isLocal: true }
    const refused = { code: 'ERR_DATASET_NOT_FOUND' }
    for (const call of [quire.bytes(link, local), quire.blob(link, local), quire.manifest(link, local)]) {
      await expect(call).rejects.toMatchObject(refused)
    }
    await expect(quire.stream(link, local)).rejects.toMatchObject(refused)
    expect((await quire.status()).peers).toEqual([])
  })

  it('gives the bytes of a range, cut at the end of the content, and leaves the rest where it is', async () => {
    const last = { startByte: CONTENT.byteLength - 10, endByte: CONTENT.byteLength + 1000 }
    expect(await quire.bytes(link, { range: last })).toEqual(CONTENT.slice(-10))
    const beyond = { startByte: CONTENT.byteLength, endByte: CONTENT.byteLength + 1 }
    expect((await quire.bytes(link, { range: beyond })).byteLength).toBe(0)
    const stream = await quire.stream(link, { range: beyond })
    expect(await stream.getReader().read()).toMatchObject({ done: true })
    const inner = { startByte: 65_530, endByte: 65_540 }
    expect(await quire.bytes(link, { range: inner })).toEqual(CONTENT.slice(65_530, 65_540))
    expect(await quire.get(cid)).toMatchObject({ isComplete: false })
    // Its peer is connected by now, and has all of it.
    await expect(quire.bytes(link, { isLocal: true })).rejects.toMatchObject({ code: 'ERR_BLOCK_NOT_FOUND' })
    expect(await quire.get(cid)).toMatchObject({ isComplete: false })
  })

  it('asks for no more once a stream is cancelled, and ends one whose signal aborts', async () => {
    const cancelled = await quire.stream(link, { onProgress: () => undefined })
    const reader = cancelled.getReader()
    await reader.read()
    await reader.cancel()
    const controller = new AbortController()
    const aborted = (await quire.stream(link, { signal: controller.signal })).getReader()
    await aborted.read()
    controller.abort(new DOMException('enough', 'AbortError'))
    await expect(aborted.read()).rejects.toMatchObject({ name: 'AbortError' })
    // It is not in use any more.
    expect(await quire.delete(cid)).toBe(true)
    expect(await quire.list()).toEqual([])
    expect((await quire.space()).usedBytes).toBe(0)
  })

  it('ends an upload whose source says nothing any more, and lets go of the source', async () => {
    const source = new ByteSource(100_000)
    const controller = new AbortController()
    const uploading = quire.upload(source.stream, { signal: controller.signal })
    await source.isStalled
    controller.abort('enough')
    await expect(uploading).rejects.toBe('enough')
    await source.isCancelled
    expect((await quire.space()).usedBytes).toBe(0)
  })

  it('ends an upload of a stream when it is stopped, and goes on without it', async () => {
    const other = await Quire.create()
    await other.start()
    const source = new ByteSource(100_000)
    const uploading = other.upload(source.stream)
    await source.isStalled
    await Promise.all([expect(uploading).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' }), other.stop()])
    await source.isCancelled
    await other.start()
    expect(await other.list()).toEqual([])
    expect((await other.space()).usedBytes).toBe(0)
    await other.close()
  })

  it('keeps the pieces of a session in order, also those that nobody waited for', async () => {
    const large = new Uint8Array(17 * 1024 * 1024).fill(1)
    const session = await quire.openUpload({ name: 'log.txt' })
    void session.write(large)
    void session.write(new Uint8Array([2]))
    const dataset = await session.close()
    expect(await session.close()).toBe(dataset)
    expect(dataset.sizeBytes).toBe(large.byteLength + 1)
    const range = { startByte: large.byteLength - 1, endByte: large.byteLength + 1 }
    expect([...(await quire.bytes(dataset.cid, { range }))]).toEqual([1, 2])
    await expect(session.write(new Uint8Array(1))).rejects.toMatchObject({ code: 'ERR_ARGUMENT_INVALID' })
    await quire.delete(dataset.cid)
  })

  it('frees what a session has stored when it is aborted, by call, by signal and through its stream', async () => {
    const controller = new AbortController()
    const sessions = [await quire.openUpload(), await quire.openUpload({ signal: controller.signal })]
    for (const session of sessions) await session.write(new Uint8Array(300_000).fill(9))
    await sessions[0]?.abort()
    await sessions[0]?.abort()
    controller.abort('enough')
    await expect(sessions[1]?.close()).rejects.toBeDefined()
    await sessions[1]?.abort()
    const third = await quire.openUpload()
    const writer = third.writable().getWriter()
    await writer.write(new Uint8Array(300_000).fill(8))
    await writer.abort('enough')
    await expect(third.close()).rejects.toMatchObject({ name: 'AbortError' })
    expect((await quire.space()).usedBytes).toBe(0)
    // Its place is free again, and of those there are 32.
    const open = await Promise.all(Array.from({ length: 32 }, () => quire.openUpload()))
    await expect(quire.openUpload()).rejects.toMatchObject({ code: 'ERR_ARGUMENT_INVALID' })
    await Promise.all(open.map((session) => session.abort()))
  })

  it('goes on with what it was asked for when a function of the program throws', async () => {
    const thrown = vi.fn<(error: Error) => void>()
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException').on('uncaughtException', thrown)
    try {
      const onProgress = (): never => {
        throw new Error('of the program')
      }
      const uploaded = await quire.upload(new Blob(['x'.repeat(100)]), { onProgress })
      const read = await quire.bytes(uploaded.cid, { onProgress })
      expect([uploaded.sizeBytes, read.byteLength]).toEqual([100, 100])
      await vi.waitFor(() => expect(thrown.mock.calls.length).toBeGreaterThan(1))
      expect(thrown.mock.calls[0]?.[0]).toMatchObject({ message: 'of the program' })
    } finally {
      process.removeAllListeners('uncaughtException')
      for (const other of others) process.on('uncaughtException', other)
    }
  })

  it('fetches in the background, says how far it is, and ends as it is told', async () => {
    const task = await quire.startFetch(link)
    expect(task.manifest).toMatchObject({ cid, name: 'shared.bin' })
    expect(await task.done).toMatchObject({ isComplete: true })
    expect(task.progress).toMatchObject({ fraction: 1, phase: { state: 'done' } })
    await task.pause()
    await task.resume()
    await quire.delete(cid)
    const nowhere = 'zDvZRwzm8fcn9cwZXW7FByXfFPwXoxiR31Ps6B8rmYxh2gBes32s'
    const controller = new AbortController()
    const starting = quire.startFetch(nowhere, { signal: controller.signal })
    controller.abort('enough')
    await expect(starting).rejects.toBe('enough')
    await vi.waitFor(async () => {
      const active = (await quire.transfers()).filter(({ phase }) => !['done', 'cancelled'].includes(phase.state))
      expect(active).toEqual([])
    })
  })

  it('is a node of its own for each that is created in memory', async () => {
    const other = await Quire.create()
    await other.start()
    expect(await other.peerId()).not.toBe(await quire.peerId())
    await other.close()
    expect(quire.state).toBe('running')
  })
})
