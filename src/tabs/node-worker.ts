import { QuireError } from '../errors.ts'
import { connectNode, type NodeClient } from '../rpc/client.ts'
import type { PageMessage } from '../rpc/handshake.ts'

export interface NodeWorkerParts {
  readonly createWorker: () => Worker
  /** Serves real peer connections at a port of the worker. */
  readonly serveWebRtc: (port: MessagePort) => { stop(): void }
}

/** A worker of this page: loaded at once, its node waits until no other tab runs one. */
export class NodeWorker {
  /** Resolves when it is its turn. */
  readonly elected: Promise<void>
  /** The node, once it runs; rejects where it does not come to that. */
  readonly client: Promise<NodeClient>
  /** Resolves with the reason when a node that ran is gone. */
  readonly gone: Promise<QuireError>
  readonly #worker: Worker
  #webRtc: { stop(): void } | undefined
  readonly #ended = new AbortController()

  constructor({ createWorker, serveWebRtc }: NodeWorkerParts, init: { lockName: string }) {
    const elected = Promise.withResolvers<void>()
    this.elected = elected.promise
    this.#worker = createWorker()
    this.client = connectNode(this.#worker, {
      lockName: init.lockName,
      onElected: elected.resolve,
      onWebRtcPort: (port) => {
        this.#webRtc = serveWebRtc(port)
      },
      signal: this.#ended.signal,
    })
    this.client.catch(elected.reject)
    this.elected.catch(() => undefined)
    this.gone = this.client.then(
      (client) => client.closed,
      (error: unknown) => new QuireError('ERR_NODE_STOPPED', 'The node did not start.', { cause: error }),
    )
  }

  /** Takes the node from the tab that runs it. */
  steal(): void {
    this.#post({ type: 'steal' }, [])
  }

  /** Serves the node at a port, now or once it runs. */
  serve(port: MessagePort): void {
    this.#post({ type: 'serve', port }, [port])
  }

  /** Serves the node at each port that comes out of `ports`. */
  serveFrom(ports: MessagePort): void {
    this.#post({ type: 'serve-from', ports }, [ports])
  }

  end(reason: QuireError): void {
    this.#ended.abort(reason)
    void this.client.then((client) => client.fail(reason)).catch(() => undefined)
    // Whatever it is doing: nothing that it has stored is lost with it, and its files are free for the next one.
    this.#worker.terminate()
    this.#webRtc?.stop()
  }

  #post(message: PageMessage, transfer: Transferable[]): void {
    this.#worker.postMessage(message, transfer)
  }
}
