import { afterEach, describe, expect, it, vi } from 'vitest'
import { QuireError } from '../errors.ts'
import { connectNode, NodeClient } from './client.ts'
import { type NodeStart, serveWorker, type WorkerParts } from './server.ts'
import { DATASET, ServedNodeDouble } from './testing/served-node-double.ts'

/** Both ends of a worker in one thread: messages arrive as they would, one task later. */
class WorkerPair {
  readonly #toWorker = new EventTarget()
  readonly #toPage = new EventTarget()
  readonly scope = {
    postMessage: (data: unknown) => void setImmediate(() => this.#deliver(this.#toPage, data)),
    addEventListener: (type: 'message', listener: (event: MessageEvent<unknown>) => void) =>
      this.#toWorker.addEventListener(type, (event) => event instanceof MessageEvent && listener(event)),
  }
  readonly worker = Object.assign(this.#toPage, {
    postMessage: (data: unknown) => void setImmediate(() => this.#deliver(this.#toWorker, data)),
  })

  #deliver(target: EventTarget, data: unknown): void {
    target.dispatchEvent(new MessageEvent('message', { data }))
  }
}

describe('serveWorker', () => {
  const clients: NodeClient[] = []
  afterEach(() => clients.splice(0).forEach((client) => client.close()))

  async function connect(pair: WorkerPair, init: Parameters<typeof connectNode>[1] = {}): Promise<NodeClient> {
    const client = await connectNode(pair.worker, init)
    clients.push(client)
    return client
  }

  function serve(start: WorkerParts['start']): { pair: WorkerPair; webRtc: MessageChannel } {
    const pair = new WorkerPair()
    const webRtc = new MessageChannel()
    serveWorker(pair.scope, { webRtcPort: webRtc.port2, start })
    return { pair, webRtc }
  }

  it('starts the node when the page says so, and serves it', async () => {
    const starts: NodeStart[] = []
    const { pair } = serve(async (init) => {
      starts.push(init)
      return new ServedNodeDouble()
    })
    const client = await connect(pair, { takeOver: true })
    expect(await client.list()).toEqual([DATASET])
    expect(starts.map(({ steal }) => steal.aborted)).toEqual([true])
  })

  it('hands out the WebRTC port once in its life', async () => {
    const { pair } = serve(async () => new ServedNodeDouble())
    const ports: MessagePort[] = []
    const init = { onWebRtcPort: (port: MessagePort) => void ports.push(port) }
    await connect(pair, init)
    await connect(pair, init)
    expect(ports).toHaveLength(1)
  })

  it('starts one node for two pages that ask at the same time, and answers both', async () => {
    let starts = 0
    const { pair } = serve(async () => {
      starts++
      return new ServedNodeDouble()
    })
    const [a, b] = await Promise.all([connect(pair), connect(pair)])
    expect(starts).toBe(1)
    expect(await Promise.all([a.exists('x'), b.exists('x')])).toEqual([true, true])
  })

  it('tells why the node did not start, and tries again when asked again', async () => {
    let isClosed = true
    const { pair } = serve(async () => {
      if (isClosed) throw new QuireError('ERR_STORE_UNAVAILABLE', 'The store does not open.')
      return new ServedNodeDouble()
    })
    await expect(connectNode(pair.worker)).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' })
    isClosed = false
    expect(await (await connect(pair)).exists('x')).toBe(true)
  })

  it('tells the page that the node was lost, and starts a new one when asked', async () => {
    const starts: NodeStart[] = []
    const { pair } = serve(async (init) => {
      starts.push(init)
      return new ServedNodeDouble()
    })
    const client = await connect(pair)
    starts[0]?.onLost(new QuireError('ERR_NODE_MOVED', 'Another tab took it over.'))
    expect(await client.closed).toMatchObject({ code: 'ERR_NODE_MOVED', message: 'Another tab took it over.' })
    expect(await (await connect(pair, { takeOver: true })).exists('x')).toBe(true)
    expect(starts).toHaveLength(2)
  })

  it('does not serve a node that was lost while it started', async () => {
    const lost = Promise.withResolvers<ServedNodeDouble>()
    const starts: NodeStart[] = []
    const { pair } = serve((init) => (starts.push(init) === 1 ? lost.promise : Promise.resolve(new ServedNodeDouble())))
    const lose = async (): Promise<void> => {
      await vi.waitFor(() => expect(starts).toHaveLength(1))
      starts[0]?.onLost(new QuireError('ERR_NODE_MOVED', 'Another tab took it over.'))
    }
    await Promise.all([expect(connectNode(pair.worker)).rejects.toMatchObject({ code: 'ERR_NODE_MOVED' }), lose()])
    const readies: unknown[] = []
    pair.worker.addEventListener('message', (event) => readies.push(event))
    const dead = new ServedNodeDouble()
    dead.exists = async () => false
    lost.resolve(dead)
    expect(await (await connect(pair, { takeOver: true })).exists('x')).toBe(true)
    expect(readies).toHaveLength(1)
  })

  it('waits for its turn, says when it is, and steals the node when it is told to', async () => {
    const { pair } = serve(
      ({ steal, onElected }) =>
        new Promise((resolve) => {
          steal.addEventListener('abort', () => {
            onElected()
            resolve(new ServedNodeDouble())
          })
        }),
    )
    const elected = vi.fn<() => void>()
    const connecting = connect(pair, { onElected: elected })
    await new Promise(setImmediate)
    expect(elected).not.toHaveBeenCalled()
    pair.worker.postMessage({ type: 'steal' })
    expect(await (await connecting).exists('x')).toBe(true)
    expect(elected).toHaveBeenCalledOnce()
  })

  it('serves the ports of others once the node runs, also those that came before', async () => {
    const begun = Promise.withResolvers<ServedNodeDouble>()
    const { pair } = serve(() => begun.promise)
    const ports = new MessageChannel()
    const [early, late] = [new MessageChannel(), new MessageChannel()]
    const others = [new NodeClient(early.port1), new NodeClient(late.port1)]
    clients.push(...others)
    const connecting = connect(pair)
    pair.worker.postMessage({ type: 'serve', port: early.port2 })
    pair.worker.postMessage({ type: 'serve-from', ports: ports.port2 })
    const asked = others[0]?.exists('x')
    begun.resolve(new ServedNodeDouble())
    await connecting
    ports.port1.postMessage({ type: 'serve', port: late.port2 }, [late.port2])
    expect(await asked).toBe(true)
    expect(await others[1]?.exists('x')).toBe(true)
    ports.port1.close()
  })
})
