import { afterEach, describe, expect, it } from 'vitest'
import { QuireError } from '../errors.ts'
import { connectNode, type NodeClient } from './client.ts'
import { viewOfError } from './errors.ts'
import type { StartMessage, WorkerMessage } from './handshake.ts'
import { serveNode } from './serve-node.ts'
import { DATASET, ServedNodeDouble } from './testing/served-node-double.ts'

/** A worker in this thread: what the page posts comes to `onStart`. */
class WorkerDouble extends EventTarget {
  readonly starts: StartMessage[] = []
  onStart: () => void = () => undefined

  postMessage(message: StartMessage): void {
    this.starts.push(message)
    queueMicrotask(() => this.onStart())
  }

  say(message: WorkerMessage): void {
    this.dispatchEvent(new MessageEvent('message', { data: message }))
  }

  crash(message: string): void {
    this.dispatchEvent(Object.assign(new Event('error'), { message }))
  }
}

const FAST = { pingIntervalMs: 5, maxMissedPings: 2, probeTimeoutMs: 20 }

describe('connectNode', () => {
  const cleanups: (() => void)[] = []
  afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

  /** A worker that starts a node; `silence` makes it answer nothing any more. */
  function livingWorker(): { worker: WorkerDouble; node: ServedNodeDouble; silence: () => void } {
    const worker = new WorkerDouble()
    const node = new ServedNodeDouble()
    const { port1, port2 } = new MessageChannel()
    // Not `port1.close()`: a killed worker leaves its port open and mute.
    let isSilent = false
    port1.addEventListener('message', (event) => isSilent && event.stopImmediatePropagation())
    const stop = serveNode(node, port1)
    worker.onStart = () => worker.say({ type: 'ready', port: port2 })
    cleanups.push(stop)
    return { worker, node, silence: () => void (isSilent = true) }
  }

  async function connected(...parameters: Parameters<typeof connectNode>): Promise<NodeClient> {
    const client = await connectNode(...parameters)
    cleanups.push(() => client.close())
    return client
  }

  it('starts the node and calls it', async () => {
    const { worker } = livingWorker()
    const client = await connected(worker, { takeOver: true })
    expect(worker.starts).toEqual([{ type: 'start', takeOver: true, lockName: undefined }])
    expect(await client.list()).toEqual([DATASET])
  })

  it('hands the WebRTC port to the page before the node is ready', async () => {
    const { worker } = livingWorker()
    const { port1, port2 } = new MessageChannel()
    const start = worker.onStart
    worker.onStart = () => {
      worker.say({ type: 'webrtc', port: port2 })
      start()
    }
    const handed: MessagePort[] = []
    await connected(worker, { onWebRtcPort: (port) => void handed.push(port) })
    expect(handed).toHaveLength(1)
    expect(handed[0] === port2).toBe(true)
    port1.close()
  })

  it('rejects with what kept the node from starting, and can be tried again', async () => {
    const { worker } = livingWorker()
    const start = worker.onStart
    const error = viewOfError(new QuireError('ERR_STORE_UNAVAILABLE', 'The store does not open.'))
    worker.onStart = () => worker.say({ type: 'failed', error })
    await expect(connectNode(worker)).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' })
    worker.onStart = start
    expect(await (await connected(worker, { takeOver: true })).exists('x')).toBe(true)
  })

  it('rejects when the script does not load, and when nothing is heard in time', async () => {
    const dead = new WorkerDouble()
    dead.onStart = () => dead.crash('')
    await expect(connectNode(dead)).rejects.toMatchObject({ code: 'ERR_WORKER_DIED' })
    await expect(connectNode(new WorkerDouble(), { startTimeoutMs: 5 })).rejects.toMatchObject({
      code: 'ERR_WORKER_DIED',
    })
  })

  it('waits for its turn for as long as it takes, and for the start of the node only so long', async () => {
    const { worker } = livingWorker()
    const { port1, port2 } = new MessageChannel()
    const start = worker.onStart
    const loaded = Promise.withResolvers<void>()
    worker.onStart = () => {
      worker.say({ type: 'webrtc', port: port2 })
      loaded.resolve()
    }
    const connecting = connected(worker, { startTimeoutMs: 20 })
    await loaded.promise
    await new Promise((resolve) => setTimeout(resolve, 60))
    worker.say({ type: 'elected' })
    start()
    expect(await (await connecting).exists('x')).toBe(true)
    const never = new WorkerDouble()
    never.onStart = () => never.say({ type: 'elected' })
    await expect(connectNode(never, { startTimeoutMs: 20 })).rejects.toMatchObject({ code: 'ERR_WORKER_DIED' })
    port1.close()
  })

  it('stops waiting when its signal aborts', async () => {
    const reason = new Error('page closed')
    const controller = new AbortController()
    const failure = connectNode(new WorkerDouble(), { signal: controller.signal })
    controller.abort(reason)
    await expect(failure).rejects.toBe(reason)
  })

  it('rejects every pending call when the worker falls silent', async () => {
    const { worker, node, silence } = livingWorker()
    node.onFetch = () => new Promise(() => undefined)
    const client = await connected(worker, FAST)
    const pending = [client.fetch('x'), client.fetch('y')]
    silence()
    for (const call of pending) await expect(call).rejects.toMatchObject({ code: 'ERR_WORKER_DIED' })
    await expect(client.list()).rejects.toMatchObject({ code: 'ERR_WORKER_DIED' })
    expect((await client.closed).code).toBe('ERR_WORKER_DIED')
  })

  it('rejects pending calls soon after an error event when the worker no longer answers', async () => {
    const { worker, node, silence } = livingWorker()
    node.onFetch = () => new Promise(() => undefined)
    const client = await connected(worker, { ...FAST, pingIntervalMs: 100_000 })
    const pending = client.fetch('x')
    silence()
    worker.crash('out of memory')
    await expect(pending).rejects.toMatchObject({
      code: 'ERR_WORKER_DIED',
      message: expect.stringContaining('out of memory'),
    })
  })

  it('rejects pending calls with ERR_NODE_MOVED when another tab takes the node over', async () => {
    const { worker, node } = livingWorker()
    node.onFetch = () => new Promise(() => undefined)
    const client = await connected(worker)
    const pending = client.fetch('x')
    worker.say({ type: 'lost', error: viewOfError(new QuireError('ERR_NODE_MOVED', 'Moved to another tab.')) })
    await expect(pending).rejects.toMatchObject({ code: 'ERR_NODE_MOVED' })
  })
})
