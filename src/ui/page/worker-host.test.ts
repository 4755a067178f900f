import { afterEach, describe, expect, it } from 'vitest'
import { QuireError } from '../../errors.ts'
import { viewOfError } from '../../rpc/errors.ts'
import { WorkerHost } from './worker-host.ts'
import type { WorkerHostParts } from './worker-host.ts'

const ELSEWHERE = viewOfError(new QuireError('ERR_NODE_ELSEWHERE', 'Quire runs in another tab.'))

/** A worker that answers the start as `answer` says, and keeps what was done to it. */
class FakeWorker extends EventTarget {
  readonly starts: unknown[] = []
  readonly ports: MessagePort[] = []
  isTerminated = false
  readonly #answer: 'ready' | 'failed'

  constructor(answer: 'ready' | 'failed') {
    super()
    this.#answer = answer
  }

  postMessage(message: unknown): void {
    this.starts.push(message)
    this.say({ type: 'webrtc', port: this.#port() })
    this.say(this.#answer === 'ready' ? { type: 'ready', port: this.#port() } : { type: 'failed', error: ELSEWHERE })
  }

  say(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }

  terminate(): void {
    this.isTerminated = true
    for (const port of this.ports) port.close()
  }

  #port(): MessagePort {
    const { port1, port2 } = new MessageChannel()
    this.ports.push(port1, port2)
    return port2
  }
}

const hosts: WorkerHost[] = []

afterEach(() => {
  for (const host of hosts.splice(0)) host.close()
})

function hostWith(worker: FakeWorker, given: Partial<WorkerHostParts> = {}) {
  const webRtc = { served: 0, stopped: 0 }
  const host = new WorkerHost({
    createWorker: () => worker as unknown as Worker,
    serveWebRtc: () => {
      webRtc.served++
      return { stop: () => void webRtc.stopped++ }
    },
    isSecure: true,
    ...given,
  })
  hosts.push(host)
  return { host, webRtc }
}

describe('WorkerHost', () => {
  it('makes no worker on a page that the browser does not trust', async () => {
    let made = 0
    const createWorker = () => {
      made++
      return new FakeWorker('ready') as unknown as Worker
    }
    const { host } = hostWith(new FakeWorker('ready'), { isSecure: false, createWorker })
    await expect(host.open(() => undefined)).rejects.toMatchObject({ code: 'ERR_INSECURE_PAGE' })
    expect(made).toBe(0)
  })

  it('joins the node with the page’s half of WebRTC', async () => {
    const worker = new FakeWorker('ready')
    const { host, webRtc } = hostWith(worker)
    await host.open(() => undefined)
    expect(worker.starts).toEqual([{ type: 'start', takeOver: false }])
    expect(webRtc).toEqual({ served: 1, stopped: 0 })
  })

  it('ends a worker whose node did not start', async () => {
    const worker = new FakeWorker('failed')
    const { host, webRtc } = hostWith(worker)
    await expect(host.open(() => undefined)).rejects.toMatchObject({ code: 'ERR_NODE_ELSEWHERE' })
    expect(worker.isTerminated).toBe(true)
    expect(webRtc.stopped).toBe(1)
  })

  it('asks for the node of another tab only when it is told to', async () => {
    const worker = new FakeWorker('ready')
    const { host } = hostWith(worker)
    await host.takeOver(() => undefined)
    expect(worker.starts).toEqual([{ type: 'start', takeOver: true }])
  })

  it('tells when another tab took the node over, and ends the worker', async () => {
    const worker = new FakeWorker('ready')
    const { host } = hostWith(worker)
    const lost = Promise.withResolvers<unknown>()
    await host.open(lost.resolve)
    worker.say({ type: 'lost', error: ELSEWHERE })
    await expect(lost.promise).resolves.toMatchObject({ code: 'ERR_NODE_ELSEWHERE' })
    expect(worker.isTerminated).toBe(true)
  })

  it('reports no death when the page itself lets go', async () => {
    const worker = new FakeWorker('ready')
    const { host } = hostWith(worker)
    const deaths: unknown[] = []
    await host.open((reason) => deaths.push(reason))
    host.close()
    await new Promise(setImmediate)
    expect(deaths).toEqual([])
    expect(worker.isTerminated).toBe(true)
  })
})
