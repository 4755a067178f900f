/**
 * The worker’s end of the contract: meets the page (`handshake.ts`), starts the node, serves it (`serve-node.ts`).
 *
 *   page’s start ──▶ webrtc port ──▶ start(): waits for its turn ──▶ elected ──▶ ready with a port, or failed ──▶ … ──▶ lost
 *   ports of other tabs ──▶ served as soon as the node runs
 */
import type { QuireError } from '../errors.ts'
import { viewOfError } from './errors.ts'
import { isPageMessage, isServeMessage, type PageMessage, type StartMessage, type WorkerMessage } from './handshake.ts'
import { ServedPorts } from './served-ports.ts'
import type { ServedNode } from './served-node.ts'

/** What is needed of a worker’s global scope. */
export interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void
}

export interface NodeStart {
  /** Aborts when the node is to be taken from another tab that runs it, in place of waiting for its end; perhaps at once. */
  readonly steal: AbortSignal
  readonly lockName?: string | undefined
  readonly isInMemory?: boolean | undefined
  /** To be called when no other tab runs a node any more and this one starts. */
  readonly onElected: () => void
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
  let steal = new AbortController()
  let isWebRtcGiven = false
  const ports = new ServedPorts()

  const tell = (message: WorkerMessage, transfer: Transferable[] = []): void => scope.postMessage(message, transfer)
  const onLost = (reason: QuireError): void => {
    starting = undefined
    ports.stop()
    tell({ type: 'lost', error: viewOfError(reason) })
  }
  const giveWebRtc = (): void => {
    if (!isWebRtcGiven) tell({ type: 'webrtc', port: webRtcPort }, [webRtcPort])
    isWebRtcGiven = true
  }
  const begin = ({ lockName, isInMemory }: StartMessage): Promise<ServedNode> => {
    steal = new AbortController()
    return start({ steal: steal.signal, lockName, isInMemory, onElected: () => tell({ type: 'elected' }), onLost })
  }
  const serve = async (message: StartMessage): Promise<void> => {
    giveWebRtc()
    starting ??= begin(message)
    if (message.takeOver) steal.abort()
    const own = starting
    try {
      const node = await own
      // Lost before it was ready, which the page has been told; it may be starting another one by now.
      if (starting !== own) return
      const { port1, port2 } = new MessageChannel()
      ports.run(node)
      ports.add(port1)
      tell({ type: 'ready', port: port2 }, [port2])
    } catch (error) {
      if (starting === own) starting = undefined
      ports.stop()
      tell({ type: 'failed', error: viewOfError(error) })
    }
  }
  const serveFrom = (source: MessagePort): void => {
    source.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isServeMessage(data)) ports.add(data.port)
    })
    source.start()
  }
  const receive = (message: PageMessage): void => {
    if (message.type === 'start') void serve(message)
    else if (message.type === 'steal') steal.abort()
    else if (message.type === 'serve') ports.add(message.port)
    else serveFrom(message.ports)
  }
  scope.addEventListener('message', ({ data }) => isPageMessage(data) && receive(data))
}
