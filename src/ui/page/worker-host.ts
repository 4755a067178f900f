/** The node in a worker of this page: made, joined to the page’s half of WebRTC, ended with it. */
import { QuireError } from '../../errors.ts'
import { connectNode } from '../../rpc/client.ts'
import type { NodeClient } from '../../rpc/client.ts'
import type { NodeApi } from '../../rpc/api.ts'
import type { NodeHost } from '../state/node-state.ts'

export interface WorkerHostParts {
  readonly createWorker: () => Worker
  /** Serves real peer connections at a port of the worker. */
  readonly serveWebRtc: (port: MessagePort) => { stop(): void }
  /** Whether the browser gives this page what a node cannot do without. */
  readonly isSecure: boolean
}

interface Running {
  readonly worker: Worker
  webRtc?: { stop(): void }
  client?: NodeClient
}

export class WorkerHost implements NodeHost {
  readonly #parts: WorkerHostParts
  #running: Running | undefined

  constructor(parts: WorkerHostParts) {
    this.#parts = parts
  }

  open(onDeath: (error: unknown) => void): Promise<NodeApi> {
    return this.#connect(onDeath, false)
  }

  takeOver(onDeath: (error: unknown) => void): Promise<NodeApi> {
    return this.#connect(onDeath, true)
  }

  close(): void {
    const running = this.#running
    if (running === undefined) return
    this.#running = undefined
    running.client?.close()
    running.webRtc?.stop()
    running.worker.terminate()
  }

  async #connect(onDeath: (error: unknown) => void, takeOver: boolean): Promise<NodeApi> {
    if (!this.#parts.isSecure) throw insecurePage()
    this.close()
    const running: Running = { worker: this.#parts.createWorker() }
    this.#running = running
    try {
      const onWebRtcPort = (port: MessagePort) => {
        running.webRtc = this.#parts.serveWebRtc(port)
      }
      running.client = await connectNode(running.worker, { takeOver, onWebRtcPort })
    } catch (error) {
      this.#endIfCurrent(running)
      throw error
    }
    void running.client.closed.then((reason) => {
      if (this.#endIfCurrent(running)) onDeath(reason)
    })
    return running.client
  }

  /** False where this page let go of the node itself. */
  #endIfCurrent(running: Running): boolean {
    if (this.#running !== running) return false
    this.close()
    return true
  }
}

function insecurePage(): QuireError {
  return new QuireError(
    'ERR_INSECURE_PAGE',
    'This page was opened without encryption, so the browser gives it neither storage nor the means to verify files.',
  )
}
