/**
 * A page’s way to the node.
 *
 *   connectNode(worker) ── handshake (handshake.ts) ──▶ NodeClient (NodeApi) ── Comlink over a port ──▶ server.ts
 *                       ── the worker’s WebRTC port ──▶ onWebRtcPort, for `webrtc/page`
 *                       ── watchdog: 'error' event, pings ──▶ every pending call rejects, `closed` resolves
 */
import { QuireError } from '../errors.ts'
import { errorFromView } from './errors.ts'
import { isWorkerMessage, type StartMessage, type WorkerMessage } from './handshake.ts'
import { NodeClient } from './node-client.ts'
import type { WatchdogInit } from './watchdog.ts'

export { NodeClient } from './node-client.ts'

/** How long the worker may take to load, and then to start its node once it is its turn; a slow phone takes seconds. */
const START_TIMEOUT_MS = 60_000

/** What `connectNode` needs of a `Worker`. */
export type WorkerEnd = Pick<Worker, 'postMessage' | 'addEventListener' | 'removeEventListener'>

export interface ConnectInit extends WatchdogInit {
  /** True to take the node from another tab that runs it, in place of waiting for its end; that one is told and stops. */
  readonly takeOver?: boolean | undefined
  readonly lockName?: string | undefined
  /** True for a node that keeps nothing and waits for no other, also where the browser allows no storage. */
  readonly isInMemory?: boolean | undefined
  /** Called when no other tab runs a node any more and this one starts. */
  readonly onElected?: (() => void) | undefined
  /** Receives the port on which `webrtc/page` serves peer connections, before the node starts; once in a worker’s life. */
  readonly onWebRtcPort?: ((port: MessagePort) => void) | undefined
  readonly startTimeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Starts the node in `worker`, once no other tab runs one, and gives its API.
 *
 * Errors: `ERR_WORKER_DIED` (the script did not load, or nothing was heard in time), `ERR_NODE_MOVED` (another tab took it
 * over before it ran), `ERR_STORE_UNAVAILABLE`, and others of the node’s start.
 * After an abort the worker goes on starting; end it with `worker.terminate()`.
 */
export async function connectNode(worker: WorkerEnd, init: ConnectInit = {}): Promise<NodeClient> {
  const client = new NodeClient(await handshake(worker, init), init)
  worker.addEventListener('error', (event) => client.probe(messageOf(event)))
  worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isWorkerMessage(data) && data.type === 'lost') client.fail(errorFromView(data.error))
  })
  return client
}

function handshake(worker: WorkerEnd, init: ConnectInit): Promise<MessagePort> {
  const listening = new AbortController()
  return new Promise<MessagePort>((resolve, reject) => {
    const { signal } = listening
    const die = (reason: string): void => reject(new QuireError('ERR_WORKER_DIED', reason))
    const onMessage = (message: WorkerMessage): void => {
      if (message.type === 'webrtc') onLoaded(message.port)
      else if (message.type === 'elected') onElected()
      else if (message.type === 'ready') resolve(message.port)
      else reject(errorFromView(message.error))
    }
    worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => isWorkerMessage(data) && onMessage(data), {
      signal,
    })
    worker.addEventListener('error', (event) => die(messageOf(event)), { signal })
    let timeout: ReturnType<typeof setTimeout>
    const expectSoon = (): void => {
      clearTimeout(timeout)
      timeout = setTimeout(() => die('The node did not start in time.'), init.startTimeoutMs ?? START_TIMEOUT_MS)
    }
    const onLoaded = (port: MessagePort): void => {
      // It waits for its turn, however long that takes.
      clearTimeout(timeout)
      init.onWebRtcPort?.(port)
    }
    const onElected = (): void => {
      expectSoon()
      init.onElected?.()
    }
    expectSoon()
    signal.addEventListener('abort', () => clearTimeout(timeout))
    init.signal?.addEventListener('abort', () => reject(init.signal?.reason), { signal })
    init.signal?.throwIfAborted()
    worker.postMessage({
      type: 'start',
      takeOver: init.takeOver ?? false,
      lockName: init.lockName,
      isInMemory: init.isInMemory,
    } satisfies StartMessage)
  }).finally(() => listening.abort())
}

/** A script that does not load gives an event without a message. */
function messageOf(event: Event): string {
  const text = 'message' in event && typeof event.message === 'string' ? event.message : ''
  return text === '' ? 'The node’s worker could not be loaded.' : `The node’s worker failed: ${text}`
}
