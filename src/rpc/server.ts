/**
 * The worker’s end of the contract: meets the page (`handshake.ts`), starts the node, serves it (`serve-node.ts`).
 *
 *   page’s start ──▶ webrtc port ──▶ start() ──▶ ready with a port, or failed ──▶ … ──▶ lost
 */
import type { QuireError } from '../errors.ts'
import { viewOfError } from './errors.ts'
import { isStartMessage, type WorkerMessage } from './handshake.ts'
import { serveNode } from './serve-node.ts'
import type { ServedNode } from './served-node.ts'

/** What is needed of a worker’s global scope. */
export interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void
}

export interface NodeStart {
  readonly takeOver: boolean
  /** To be called when another tab has taken the node over; it is not served any more. */
  readonly onLost: (reason: QuireError) => void
}

export interface WorkerParts {
  /** For the page’s half of WebRTC; handed over with the first start. */
  readonly webRtcPort: MessagePort
  readonly start: (init: NodeStart) => Promise<ServedNode>
}

/** Answers the page that owns this worker. A start that failed, or a node that was lost, can be started again. */
export function serveWorker(scope: WorkerScope, { webRtcPort, start }: WorkerParts): void {
  let starting: Promise<ServedNode> | undefined
  let isWebRtcGiven = false
  const stops = new Set<() => void>()

  const tell = (message: WorkerMessage, transfer: Transferable[] = []): void => scope.postMessage(message, transfer)
  const onLost = (reason: QuireError): void => {
    starting = undefined
    for (const stop of stops) stop()
    stops.clear()
    tell({ type: 'lost', error: viewOfError(reason) })
  }
  const giveWebRtc = (): void => {
    if (!isWebRtcGiven) tell({ type: 'webrtc', port: webRtcPort }, [webRtcPort])
    isWebRtcGiven = true
  }
  const serve = async (takeOver: boolean): Promise<void> => {
    giveWebRtc()
    starting ??= start({ takeOver, onLost })
    const own = starting
    try {
      const node = await own
      // Lost before it was ready, which the page has been told; it may be starting another one by now.
      if (starting !== own) return
      const { port1, port2 } = new MessageChannel()
      stops.add(serveNode(node, port1))
      tell({ type: 'ready', port: port2 }, [port2])
    } catch (error) {
      if (starting === own) starting = undefined
      tell({ type: 'failed', error: viewOfError(error) })
    }
  }
  scope.addEventListener('message', ({ data }) => isStartMessage(data) && void serve(data.takeOver))
}
