/**
 * The page’s side of its service worker.
 *
 *   register ─▶ a newer one waits ─▶ update: ready ─▶ a person says yes ─▶ quire-update ─▶ it takes over ─▶ the page loads again
 *   quire-node-port ─▶ the node is served on the port
 */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { AppWorker, UpdateState } from '../state/app-worker.ts'

/** Between two looks for a newer version, each time the page comes into view. */
const LOOK_AGAIN_MS = 60 * 60_000

interface PageWorkerParts {
  readonly container: ServiceWorkerContainer
  readonly document: Pick<Document, 'visibilityState' | 'addEventListener'>
  /** Serves the node on a port of the service worker. */
  readonly servePort: (port: MessagePort) => void
  readonly reload: () => void
  readonly nowMs: () => number
}

export class PageWorker implements AppWorker {
  readonly #parts: PageWorkerParts
  readonly #update = signal<UpdateState>('none')
  readonly #servesContent = signal(false)
  #waiting: ServiceWorker | undefined
  #hadController: boolean
  #isTaking = false
  #lookedAtMs = 0

  constructor(parts: PageWorkerParts) {
    this.#parts = parts
    const { container } = parts
    this.#hadController = container.controller !== null
    this.#servesContent.value = this.#hadController
    container.addEventListener('message', ({ data, ports: [port] }: MessageEvent<unknown>) => {
      if (port !== undefined && isNodePort(data)) parts.servePort(port)
    })
    container.addEventListener('controllerchange', () => this.#changeOver())
    container.startMessages()
  }

  get update(): ReadonlySignal<UpdateState> {
    return this.#update
  }

  get servesContent(): ReadonlySignal<boolean> {
    return this.#servesContent
  }

  /** Resolves when it is registered; false where the browser does not allow it, and the page does without. */
  async register(url: string): Promise<boolean> {
    const { container, document } = this.#parts
    const registration = await container.register(url, { updateViaCache: 'none' }).catch(() => undefined)
    if (registration === undefined) return false
    this.#lookedAtMs = this.#parts.nowMs()
    this.#offer(registration.waiting)
    registration.addEventListener('updatefound', () => this.#follow(registration.installing))
    this.#follow(registration.installing)
    document.addEventListener('visibilitychange', () => void this.#lookAgain(registration))
    return true
  }

  takeUpdate(): void {
    if (this.#update.peek() === 'taken' || this.#waiting === undefined) return this.#parts.reload()
    this.#isTaking = true
    this.#waiting.postMessage({ type: 'quire-update' })
  }

  #follow(worker: ServiceWorker | null): void {
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed') this.#offer(worker)
      // Another one came after it, or a tab took it.
      else if (worker === this.#waiting && worker.state === 'redundant') this.#withdraw()
    })
  }

  /** The first one ever takes over by itself. */
  #offer(worker: ServiceWorker | null): void {
    if (worker === null || this.#parts.container.controller === null) return
    this.#waiting = worker
    this.#update.value = 'ready'
  }

  #withdraw(): void {
    this.#waiting = undefined
    if (this.#update.peek() === 'ready') this.#update.value = 'none'
  }

  #changeOver(): void {
    this.#servesContent.value = true
    if (this.#isTaking) return this.#parts.reload()
    this.#waiting = undefined
    if (this.#hadController) this.#update.value = 'taken'
    this.#hadController = true
  }

  async #lookAgain(registration: ServiceWorkerRegistration): Promise<void> {
    const { document, nowMs } = this.#parts
    if (document.visibilityState !== 'visible' || nowMs() - this.#lookedAtMs < LOOK_AGAIN_MS) return
    this.#lookedAtMs = nowMs()
    // Offline there is nothing new.
    await registration.update().catch(() => undefined)
  }
}

function isNodePort(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'quire-node-port'
}
