import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QuireError } from '../errors.ts'
import type { NodeEvent } from './api.ts'
import type { NodeClient } from './client.ts'
import { serveDouble } from './testing/served-client.ts'
import { DATASET, type ServedNodeDouble } from './testing/served-node-double.ts'

const never = <T>(): Promise<T> => new Promise<T>(() => undefined)
const bytes = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text))

/** Resolves with the reason with which `signal` is aborted. */
const abortOf = (signal: AbortSignal | undefined): Promise<unknown> =>
  new Promise((resolve) => signal?.addEventListener('abort', () => resolve(signal.reason)))

describe('a node behind a port', () => {
  let node: ServedNodeDouble
  let client: NodeClient
  let stop: () => void

  beforeEach(() => {
    ;({ node, client, stop } = serveDouble())
  })
  afterEach(() => stop())

  it('answers calls with what the node gives', async () => {
    expect(await client.list()).toEqual([DATASET])
    expect(await client.shareLink(DATASET.cid, 'http://localhost/')).toContain(DATASET.cid)
    expect(await client.debugInfo()).toBe('debug')
  })

  it('takes a file across with its name', async () => {
    node.onUpload = async (file, name) => ({ ...DATASET, name, sizeBytes: file.size })
    expect(await client.upload(new Blob(['12345']), { name: 'a.txt' })).toMatchObject({ name: 'a.txt', sizeBytes: 5 })
  })

  it('rejects with the code, details and causes that the node threw', async () => {
    const cause = new TypeError('socket closed')
    node.onFetch = async () => {
      throw new QuireError('ERR_NO_PEER_HAS_IT', 'Nobody has it.', { cause, details: { askedPeers: 3 } })
    }
    const failure = client.fetch('zDv…')
    await expect(failure).rejects.toMatchObject({
      name: 'QuireError',
      code: 'ERR_NO_PEER_HAS_IT',
      details: { askedPeers: 3 },
      cause: { name: 'TypeError', message: 'socket closed' },
    })
    await expect(failure).rejects.toBeInstanceOf(QuireError)
  })

  it('turns an error that Quire does not know into ERR_UNKNOWN with its text', async () => {
    node.onFetch = async () => {
      throw new RangeError('index 7')
    }
    await expect(client.fetch('x')).rejects.toMatchObject({ code: 'ERR_UNKNOWN', cause: { message: 'index 7' } })
  })

  it('says as a QuireError that an argument cannot cross', async () => {
    const options = { name: (() => 'no clone') as unknown as string }
    await expect(client.upload(new Blob(['1']), options)).rejects.toMatchObject({ code: 'ERR_UNKNOWN' })
  })

  it('rejects an aborted call at once with the caller’s reason and tells the node', async () => {
    const told = Promise.withResolvers<unknown>()
    const started = Promise.withResolvers<void>()
    node.onFetch = (signal) => {
      void abortOf(signal).then(told.resolve)
      started.resolve()
      return never()
    }
    const controller = new AbortController()
    const failure = client.fetch('x', { signal: controller.signal })
    await started.promise
    const reason = new Error('changed my mind')
    controller.abort(reason)
    await expect(failure).rejects.toBe(reason)
    expect(await told.promise).toMatchObject({ code: 'ERR_UNKNOWN', cause: { message: 'changed my mind' } })
  })

  it('gives the node a DOMException AbortError for an abort without a reason of its own', async () => {
    const told = Promise.withResolvers<unknown>()
    node.onFetch = async (signal) => {
      told.resolve(await abortOf(signal))
      return DATASET
    }
    const controller = new AbortController()
    const failure = client.fetch('x', { signal: controller.signal })
    controller.abort()
    await expect(failure).rejects.toMatchObject({ name: 'AbortError' })
    expect(await told.promise).toBeInstanceOf(DOMException)
    expect(await told.promise).toMatchObject({ name: 'AbortError' })
  })

  it('rejects a call whose signal was aborted before it', async () => {
    const reason = new Error('too late')
    await expect(client.fetch('x', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  it('leaves an abort that the node made itself an AbortError', async () => {
    node.onFetch = async () => {
      throw new DOMException('Cancelled.', 'AbortError')
    }
    await expect(client.fetch('x')).rejects.toMatchObject({ name: 'AbortError', message: 'Cancelled.' })
  })

  it('does not abort the node’s call when the caller’s signal aborts after it ended', async () => {
    let seen: AbortSignal | undefined
    node.onFetch = async (signal) => {
      seen = signal
      return DATASET
    }
    const controller = new AbortController()
    await client.fetch('x', { signal: controller.signal })
    controller.abort()
    await client.status()
    expect(seen?.aborted).toBe(false)
  })

  it('sends the present state and every change to a watcher until it unsubscribes', async () => {
    const events: NodeEvent[] = []
    const arrived = vi.fn<(event: NodeEvent) => void>((event) => void events.push(event))
    const unsubscribe = await client.watch(arrived)
    const transfer = {
      id: '1',
      kind: 'fetch',
      name: 'a',
      isPausable: true,
      doneBytes: 0,
      bytesPerSecond: 0,
      startedAtMs: 0,
    } as const
    const error = new QuireError('ERR_NO_PEER_HAS_IT', 'Nobody has it.')
    node.emit({ type: 'transfer', transfer: { ...transfer, phase: { state: 'failed', error } } })
    await vi.waitFor(() => expect(events).toHaveLength(2))
    expect(events[0]).toMatchObject({ type: 'space' })
    expect(events[1]).toMatchObject({ transfer: { phase: { state: 'failed', error: { code: 'ERR_NO_PEER_HAS_IT' } } } })
    unsubscribe()
    await vi.waitFor(() => expect(node.listeners.size).toBe(0))
  })

  it('gives the map of blocks as numbers', async () => {
    expect(await client.blockMap('zDvZRwz-test', 8)).toEqual({
      blockCount: 1,
      cellBlocks: 1,
      counts: Uint32Array.of(1, 0, 0, 0),
      isLive: false,
    })
  })

  it('gives the status with its error as data', async () => {
    const { reachability } = await client.status()
    expect(reachability).toMatchObject({ state: 'no-keeper', error: { code: 'ERR_KEEPER_UNREACHABLE', causes: [] } })
  })

  it('streams content, and its failure with the code', async () => {
    node.onStream = () =>
      new ReadableStream({
        start: (controller) => controller.enqueue(bytes('first')),
        pull: (controller) =>
          controller.error(new QuireError('ERR_NO_PEER_HAS_IT', 'Gone.', { details: { index: 3 } })),
      })
    const reader = (await client.stream('x')).getReader()
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('first')
    await expect(reader.read()).rejects.toMatchObject({ code: 'ERR_NO_PEER_HAS_IT', details: { index: 3 } })
  })

  it('aborts the node’s stream when the signal aborts in the middle', async () => {
    node.onStream = (signal) =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(bytes('first'))
          void abortOf(signal).then((reason) => controller.error(reason))
        },
      })
    const controller = new AbortController()
    const reader = (await client.stream('x', { signal: controller.signal })).getReader()
    await reader.read()
    controller.abort()
    await expect(reader.read()).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('cancels the node’s stream when the reader cancels', async () => {
    const cancelled = Promise.withResolvers<void>()
    node.onStream = () => new ReadableStream({ cancel: () => cancelled.resolve() })
    await (await client.stream('x')).cancel()
    await expect(cancelled.promise).resolves.toBeUndefined()
  })

  it('fails a stream in the middle when the node is gone', async () => {
    node.onStream = () => new ReadableStream({ start: (controller) => controller.enqueue(bytes('first')) })
    const reader = (await client.stream('x')).getReader()
    await reader.read()
    const next = reader.read()
    client.fail(new QuireError('ERR_WORKER_DIED', 'The worker does not answer.'))
    await expect(next).rejects.toMatchObject({ code: 'ERR_WORKER_DIED' })
    await expect(reader.read()).rejects.toMatchObject({ code: 'ERR_WORKER_DIED' })
  })

  it('rejects pending and later calls after it was closed', async () => {
    node.onFetch = () => never()
    const pending = client.fetch('x')
    client.close()
    await expect(pending).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' })
    await expect(client.list()).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' })
    expect((await client.closed).code).toBe('ERR_NODE_STOPPED')
  })
})
