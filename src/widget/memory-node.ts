import { QuireError } from '../errors.ts'
import type { NodeApi } from '../rpc/api.ts'
import { connectNode } from '../rpc/client.ts'

export interface MemoryNodeParts {
  readonly createWorker: () => Worker
  /** Serves real peer connections at a port of the worker. */
  readonly serveWebRtc: (port: MessagePort) => { stop(): void }
}

/** A node of this page alone that keeps nothing: for frames in which the browser allows no storage. */
export class MemoryNode {
  readonly #worker: Worker
  readonly #ended = new AbortController()
  readonly #serveWebRtc: MemoryNodeParts['serveWebRtc']
  #webRtc: { stop(): void } | undefined

  constructor({ createWorker, serveWebRtc }: MemoryNodeParts) {
    this.#worker = createWorker()
    this.#serveWebRtc = serveWebRtc
  }

  /** `onDeath` is called once, where a node that ran is gone. Errors: `ERR_WORKER_DIED`, `ERR_INSECURE_PAGE`. */
  async open(onDeath: (error: unknown) => void): Promise<NodeApi> {
    const client = await connectNode(this.#worker, {
      isInMemory: true,
      onWebRtcPort: (port) => (this.#webRtc = this.#serveWebRtc(port)),
      signal: this.#ended.signal,
    })
    void client.closed.then(onDeath)
    return client
  }

  close(): void {
    this.#ended.abort(new QuireError('ERR_NODE_STOPPED', 'This page let go of the node.'))
    this.#worker.terminate()
    this.#webRtc?.stop()
  }
}
