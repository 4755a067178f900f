import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { QuireError } from '../errors.ts'
import type { NodeEvent } from './api.ts'
import { NodeClient } from './client.ts'
import { serveNode } from './serve-node.ts'
import { REPORT, ServedNodeDouble } from './testing/served-node-double.ts'

const bytes = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text))
const failing = (error: unknown): ReadableStream<Uint8Array<ArrayBuffer>> =>
  new ReadableStream({ pull: (controller) => controller.error(error) })

/** What was posted before has arrived. */
async function throughAPort(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  const arrived = new Promise((resolve) => port2.addEventListener('message', resolve, { once: true }))
  port2.start()
  port1.postMessage('now')
  await arrived
  port1.close()
}

describe('backups over a port', () => {
  let node: ServedNodeDouble
  let client: NodeClient
  let stopServing: () => void

  beforeEach(() => {
    node = new ServedNodeDouble()
    const { port1, port2 } = new MessageChannel()
    stopServing = serveNode(node, port1)
    client = new NodeClient(port2)
  })

  afterEach(() => {
    client.close()
    stopServing()
  })

  it('come as a stream, and fail with the code that the node gave', async () => {
    node.onExport = () => new Blob(['backup']).stream()
    expect(await new Response(await client.exportAll({ withKeys: true })).text()).toBe('backup')
    node.onExport = () => failing(new QuireError('ERR_STORE_FAILED', 'The disk does not answer.'))
    const content = await client.exportAll()
    await expect(content.getReader().read()).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' })
  })

  it('tell the node when a page lets go of the stream', async () => {
    const { reader, cancelled } = await readEndlessExport()
    await reader.cancel()
    expect(await cancelled).toBe('cancelled')
  })

  it('tell the node when the page that reads the stream is gone', async () => {
    const { cancelled } = await readEndlessExport()
    // What the worker does when the browser tells it that the other end of the port went.
    stopServing()
    expect(await cancelled).toBe('cancelled')
  })

  it('say nothing once the node lets go of the port: the page learns elsewhere what became of it', async () => {
    const cancelled = Promise.withResolvers<string>()
    node.onExport = () =>
      new ReadableStream({
        start: (controller) => controller.enqueue(bytes('some')),
        cancel: () => cancelled.resolve('cancelled'),
      })
    const reader = (await client.exportAll()).getReader()
    await reader.read()
    const next = reader.read()
    stopServing()
    await cancelled.promise
    await throughAPort()

    const moved = new QuireError('ERR_NODE_MOVED', 'Quire moved to another tab.')
    client.fail(moved)
    await expect(next).rejects.toBe(moved)
  })

  it('break off where the page that gives the stream is gone', async () => {
    const failed = Promise.withResolvers<unknown>()
    node.onImport = async (backup) => {
      if (backup instanceof Blob) return REPORT
      const reader = backup.getReader()
      await reader.read()
      stopServing()
      await reader.read().catch(failed.resolve)
      return REPORT
    }
    const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => controller.enqueue(bytes('some')),
    })
    client.importAll(endless).catch(() => undefined)
    expect(await failed.promise).toMatchObject({ name: 'AbortError' })
  })

  it('go to the node as a file or as a stream, and a stream’s failure goes along', async () => {
    node.onImport = async (backup) => {
      const text = await new Response(backup).text()
      return { ...REPORT, datasetCount: text.length }
    }
    expect(await client.importAll(new Blob(['123']))).toMatchObject({ datasetCount: 3 })
    expect(await client.importAll(new Blob(['12345']).stream())).toMatchObject({ datasetCount: 5 })
    node.onImport = async (backup) => {
      const reader = backup instanceof Blob ? backup.stream().getReader() : backup.getReader()
      await reader.read()
      return REPORT
    }
    const gone = new QuireError('ERR_FILE_UNREADABLE', 'It is gone.')
    await expect(client.importAll(failing(gone))).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
  })

  it('report with errors as views, wherever they stand', async () => {
    const error = new QuireError('ERR_STORE_FULL', 'It does not fit.')
    const dataset = { cid: 'zDv', sizeBytes: 1, outcome: 'refused', addedBlocks: 0, damagedBlocks: 0, error } as const
    node.onImport = async () => ({
      ...REPORT,
      isWhole: false,
      error,
      datasets: [dataset],
      communities: [{ id: '0x02', name: 'Gardeners', error }],
      keys: { ...REPORT.keys, refused: [{ what: 'person', error }] },
    })
    const view = { code: 'ERR_STORE_FULL', advice: error.advice }
    expect(await client.importAll(new Blob(['1']))).toMatchObject({
      error: view,
      datasets: [{ error: view }],
      communities: [{ error: view }],
      keys: { refused: [{ what: 'person', error: view }] },
    })
  })

  it('are told of while they run, and so is what went to make room', async () => {
    const events: NodeEvent[] = []
    await client.watch((event) => void events.push(event))
    const error = new QuireError('ERR_STORE_FAILED', 'The disk does not answer.')
    const backup = { id: '1', kind: 'import', doneBytes: 1, doneDatasets: 0, startedAtMs: 1 } as const
    node.emit({ type: 'backup', backup: { ...backup, state: 'running' } })
    node.emit({ type: 'backup', backup: { ...backup, state: 'failed', error } })
    node.emit({ type: 'evicted', eviction: { evicted: [], reason: 'low', atMs: 1 } })
    await client.status()
    expect(events.slice(-3)).toMatchObject([
      { type: 'backup', backup: { state: 'running' } },
      { type: 'backup', backup: { state: 'failed', error: { code: 'ERR_STORE_FAILED' } } },
      { type: 'evicted', eviction: { reason: 'low' } },
    ])
  })

  /** A backup that gives as much as is read of it; some has been. */
  async function readEndlessExport() {
    const cancelled = Promise.withResolvers<string>()
    node.onExport = () =>
      new ReadableStream({
        pull: (controller) => controller.enqueue(bytes('more')),
        cancel: () => cancelled.resolve('cancelled'),
      })
    const reader = (await client.exportAll()).getReader()
    await reader.read()
    return { reader, cancelled: cancelled.promise }
  }
})
