import { describe, expect, it } from 'vitest'
import { PageWorker } from './service-worker.ts'

/** A service worker’s script as the page sees it. */
class ScriptDouble extends EventTarget {
  readonly sent: unknown[] = []
  state: ServiceWorkerState = 'installing'

  postMessage(message: unknown): void {
    this.sent.push(message)
  }

  become(state: ServiceWorkerState): void {
    this.state = state
    this.dispatchEvent(new Event('statechange'))
  }
}

class RegistrationDouble extends EventTarget {
  waiting: ScriptDouble | null = null
  installing: ScriptDouble | null = null
  looks = 0

  async update(): Promise<void> {
    this.looks++
  }

  find(script: ScriptDouble): void {
    this.installing = script
    this.dispatchEvent(new Event('updatefound'))
  }
}

class ContainerDouble extends EventTarget {
  readonly registration = new RegistrationDouble()
  controller: ScriptDouble | null = null
  isForbidden = false

  async register(): Promise<RegistrationDouble> {
    if (this.isForbidden) throw new DOMException('forbidden', 'SecurityError')
    return this.registration
  }

  startMessages(): void {}

  control(script: ScriptDouble): void {
    this.controller = script
    this.dispatchEvent(new Event('controllerchange'))
  }
}

class DocumentDouble extends EventTarget {
  visibilityState: DocumentVisibilityState = 'visible'
}

function setUp({ isControlled = true } = {}) {
  const container = new ContainerDouble()
  if (isControlled) container.controller = new ScriptDouble()
  const document = new DocumentDouble()
  const served: MessagePort[] = []
  const counts = { reloads: 0 }
  const clock = { nowMs: 0 }
  const worker = new PageWorker({
    container: container as unknown as ServiceWorkerContainer,
    document,
    servePort: (port) => served.push(port),
    reload: () => counts.reloads++,
    nowMs: () => clock.nowMs,
  })
  return { container, registration: container.registration, document, worker, served, counts, clock }
}

describe('the page beside its service worker', () => {
  it('serves the node on a port that comes with the message for it, and on no other', () => {
    const { container, served } = setUp()
    const { port1, port2 } = new MessageChannel()

    for (const data of ['quire-node-port', null, { type: 'other' }]) {
      container.dispatchEvent(new MessageEvent('message', { data, ports: [port2] }))
    }
    container.dispatchEvent(new MessageEvent('message', { data: { type: 'quire-node-port' }, ports: [port1] }))

    expect(served).toEqual([port1])
    port1.close()
    port2.close()
  })

  it('knows that content is answered once a service worker controls the page, and offers nothing then', async () => {
    const { container, registration, worker } = setUp({ isControlled: false })
    const first = new ScriptDouble()
    await worker.register('./service-worker.js')
    registration.find(first)
    expect(worker.servesContent.value).toBe(false)

    first.become('installed')
    container.control(first)

    expect(worker.servesContent.value).toBe(true)
    expect(worker.update.value).toBe('none')
  })

  it('offers a newer version, and loads the page again only when a person takes it', async () => {
    const { container, registration, worker, counts } = setUp()
    await worker.register('./service-worker.js')
    const newer = new ScriptDouble()
    registration.find(newer)
    expect(worker.update.value).toBe('none')

    newer.become('installed')
    expect(worker.update.value).toBe('ready')
    expect(newer.sent).toEqual([])

    worker.takeUpdate()
    expect(newer.sent).toEqual([{ type: 'quire-update' }])
    expect(counts.reloads).toBe(0)
    container.control(newer)
    expect(counts.reloads).toBe(1)
  })

  it('offers a version that waited before the page was opened', async () => {
    const { registration, worker } = setUp()
    registration.waiting = new ScriptDouble()

    await worker.register('./service-worker.js')

    expect(worker.update.value).toBe('ready')
  })

  it('takes an offer back when a still newer one comes in its place', async () => {
    const { registration, worker } = setUp()
    await worker.register('./service-worker.js')
    const newer = new ScriptDouble()
    registration.find(newer)
    newer.become('installed')

    newer.become('redundant')

    expect(worker.update.value).toBe('none')
  })

  it('does not load the page again where another tab took the newer version, and says so', async () => {
    const { container, worker, counts } = setUp()
    await worker.register('./service-worker.js')

    container.control(new ScriptDouble())

    expect(worker.update.value).toBe('taken')
    expect(counts.reloads).toBe(0)
    worker.takeUpdate()
    expect(counts.reloads).toBe(1)
  })

  it('looks for a newer version when it comes into view, at most once an hour', async () => {
    const { registration, document, worker, clock } = setUp()
    await worker.register('./service-worker.js')
    const show = (): boolean => document.dispatchEvent(new Event('visibilitychange'))

    show()
    expect(registration.looks).toBe(0)

    clock.nowMs = 3_600_001
    document.visibilityState = 'hidden'
    show()
    expect(registration.looks).toBe(0)
    document.visibilityState = 'visible'
    show()
    show()
    expect(registration.looks).toBe(1)
  })

  it('does without where the browser forbids it', async () => {
    const { container, worker } = setUp({ isControlled: false })
    container.isForbidden = true

    expect(await worker.register('./service-worker.js')).toBe(false)
    expect(worker.servesContent.value).toBe(false)
  })
})
