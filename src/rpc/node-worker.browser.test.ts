import { afterEach, describe, expect, it, vi } from 'vitest'
import { serveWebRtc } from '../webrtc/page.ts'
import type { NodeEvent } from './api.ts'
import { connectNode, type ConnectInit, type NodeClient } from './client.ts'

const content = Uint8Array.from({ length: 300_000 }, (_, i) => (31 * i + 7) & 255)
const CID = 'zDvZRwzm8fcn9cwZXW7FByXfFPwXoxiR31Ps6B8rmYxh2gBes32s'

/** The real worker, in the browser that runs the tests. */
describe('the node’s worker', () => {
  const running: { worker: Worker; client?: NodeClient }[] = []

  afterEach(() => {
    for (const { worker, client } of running.splice(0)) {
      client?.close()
      worker.terminate()
    }
  })

  async function start(init: ConnectInit = {}): Promise<NodeClient> {
    const worker = new Worker(new URL('../../workers/node.worker.ts', import.meta.url), { type: 'module' })
    const entry: { worker: Worker; client?: NodeClient } = { worker }
    running.push(entry)
    entry.client = await connectNode(worker, { onWebRtcPort: serveWebRtc, ...init })
    return entry.client
  }

  it('stores a file, lists it, and streams it back', async () => {
    const node = await start({ takeOver: true })
    const dataset = await node.upload(new Blob([content]))
    expect(dataset).toMatchObject({ cid: CID, blockCount: 5, isComplete: true })
    expect((await node.list()).map(({ cid }) => cid)).toContain(CID)
    const streamed = new Uint8Array(await new Response(await node.stream(CID)).arrayBuffer())
    expect(streamed).toEqual(content)
    const range = { startByte: 65_000, endByte: 140_000 }
    const part = new Uint8Array(await new Response(await node.stream(CID, { range })).arrayBuffer())
    expect(part).toEqual(content.slice(65_000, 140_000))
    expect((await node.status()).peerId).toMatch(/^16Uiu2HA/)
  })

  it('keeps what it has, and who it is, from one worker to the next', async () => {
    const first = await start({ takeOver: true })
    await first.upload(new File([content], 'kept.bin', { type: 'application/octet-stream' }))
    const { peerId } = await first.status()
    running[0]?.worker.terminate()
    first.close()
    const second = await start({ takeOver: true })
    expect((await second.status()).peerId).toBe(peerId)
    expect((await second.list()).map(({ name }) => name)).toContain('kept.bin')
  })

  it('gives a whole file for browsers without a save dialog, and writes into a chosen one', async () => {
    const node = await start({ takeOver: true })
    await node.upload(new Blob([content]))
    // Asked for twice, as by a double click.
    const [file, again] = await Promise.all([node.exportFile(CID), node.exportFile(CID)])
    expect(again.size).toBe(content.byteLength)
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(content)
    // A third save, while the browser may still copy for the first two, gives the same file and does not write it anew.
    const third = await node.exportFile(CID)
    await node.releaseFile(CID)
    await node.releaseFile(CID)
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(content)
    expect(new Uint8Array(await third.arrayBuffer())).toEqual(content)
    await node.releaseFile(CID)
    const root = await navigator.storage.getDirectory()
    const target = await root.getFileHandle('saved.bin', { create: true })
    await node.save(CID, target)
    expect(new Uint8Array(await (await target.getFile()).arrayBuffer())).toEqual(content)
    await root.removeEntry('saved.bin')
  })

  it('refuses an empty file with its code', async () => {
    const node = await start({ takeOver: true })
    await expect(node.upload(new File([], 'empty.txt'))).rejects.toMatchObject({ code: 'ERR_EMPTY_FILE' })
  })

  it('tells a watcher of an upload as it goes', async () => {
    const node = await start({ takeOver: true })
    const events: NodeEvent[] = []
    const unsubscribe = await node.watch((event) => void events.push(event))
    await node.upload(new File([content], 'watched.bin'))
    await vi.waitFor(() => {
      const types = new Set(events.map(({ type }) => type))
      expect([...types].toSorted()).toEqual(['datasets', 'space', 'status', 'transfer', 'uploads'])
      expect(events.findLast(({ type }) => type === 'transfer')).toMatchObject({
        transfer: { name: 'watched.bin', phase: { state: 'done' }, doneBytes: content.byteLength },
      })
    }, 20_000)
    unsubscribe()
  })

  it('lets one tab run the node, and moves it at once when it is to be stolen', async () => {
    const first = await start({ takeOver: true })
    let isElected = false
    const second = start({ onElected: () => (isElected = true) })
    await expect
      .poll(async () => (await navigator.locks.query()).pending?.some(({ name }) => name === 'quire-node'))
      .toBe(true)
    expect(isElected).toBe(false)
    running[1]?.worker.postMessage({ type: 'steal' })
    expect(await (await second).list()).toBeInstanceOf(Array)
    expect((await first.closed).code).toBe('ERR_NODE_MOVED')
    await expect(first.list()).rejects.toMatchObject({ code: 'ERR_NODE_MOVED' })
  })

  it('rejects what is pending when the worker is killed', async () => {
    const node = await start({ takeOver: true, pingIntervalMs: 50, maxMissedPings: 3 })
    const pending = node.fetch('zDvZRwzm7QrruUSiNbyEhWM4iYNziZmkf5g3CFSdJmNKMfQ2uvLi')
    running.at(-1)?.worker.terminate()
    await expect(pending).rejects.toMatchObject({ code: 'ERR_WORKER_DIED' })
  })
})
