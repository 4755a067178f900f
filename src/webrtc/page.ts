/**
 * The page's half of WebRTC: browsers have `RTCPeerConnection` only in windows, so the real ones live here.
 *
 *   port.onmessage -> Connections (page/connections.ts): which connection is meant
 *     -> PagePeerConnection (page/page-peer-connection.ts): the real method; its events back with a snapshot
 *          -> handOverChannel (page/hand-over-channel.ts): a channel moves to the worker in the task that made it,
 *             or PageChannelRelay (page/page-channel-relay.ts) carries its bytes over a port
 *     -> ConnectionBudget (page/connection-budget.ts): how many connections this tab may still make
 *
 * The messages are in `protocol.ts` and `relay-protocol.ts`. Nothing here is imported by the worker's half.
 */
import { Certificates } from './page/certificates.ts'
import { ConnectionBudget } from './page/connection-budget.ts'
import { Connections } from './page/connections.ts'
import type { MessageToPage, MessageToWorker } from './protocol.ts'

export interface ServeWebRtcOptions {
  /** `auto` (default) moves data channels to the worker where the browser can; `never` always relays their bytes. */
  readonly transfer?: 'auto' | 'never'
  /** Shared by everything in this tab that makes peer connections; by default one for the whole page. */
  readonly budget?: ConnectionBudget
  /** Makes the real connections; by default the page's own `RTCPeerConnection`, if it has one. */
  readonly RTCPeerConnection?: typeof RTCPeerConnection | undefined
  /** Tells when the page goes (`pagehide`); by default the window. */
  readonly page?: EventTarget | undefined
}

export interface WebRtcPageHalf {
  /** Peer connections made in this tab so far, open or closed. */
  readonly connectionsMade: number
  /** Closes every connection and the port; the worker's connections become `closed`. Stopping twice does nothing. */
  stop(): void
}

// Chrome counts for the whole tab, so this count belongs to the page and not to one call of serveWebRtc.
const budgetOfThisPage = new ConnectionBudget()

/**
 * Serves real peer connections to the worker at the other end of `port` (what `installWebRtc` returned there).
 *
 * Never throws: where the page has no WebRTC, the worker's constructor fails with ERR_WEBRTC_UNAVAILABLE. Call
 * `stop` after `worker.terminate()`: Chromium does not tell the port, and peers would wait for a dead worker.
 */
export function serveWebRtc(port: MessagePort, options: ServeWebRtcOptions = {}): WebRtcPageHalf {
  const budget = options.budget ?? budgetOfThisPage
  const page = options.page ?? (typeof window === 'undefined' ? undefined : window)
  const post = (message: MessageToWorker, transfer: Transferable[] = []): void => port.postMessage(message, transfer)
  const connections = new Connections({
    post,
    budget,
    certificates: new Certificates(),
    RTCPeerConnection: 'RTCPeerConnection' in options ? options.RTCPeerConnection : globalThis.RTCPeerConnection,
    transfer: options.transfer ?? 'auto',
  })
  const unsubscribe = budget.subscribe((reading) => post({ type: 'budget', budget: reading }))
  const onMessage = ({ data }: MessageEvent<MessageToPage>): void => connections.receive(data)

  let stopped = false
  const stop = (): void => {
    if (stopped) {
      return
    }
    stopped = true
    unsubscribe()
    connections.closeAll()
    port.removeEventListener('message', onMessage)
    port.removeEventListener('close', stop)
    page?.removeEventListener('pagehide', onPageHide)
    post({ type: 'stopped' })
    port.close()
  }

  // A page that goes takes its connections with it, without a word: their peers would wait five seconds for it, and go on
  // sending to it after it has been loaded anew. A page that only hides may come back.
  const onPageHide = (event: Event): void => {
    if (!('persisted' in event) || event.persisted !== true) stop()
  }

  port.addEventListener('message', onMessage)
  page?.addEventListener('pagehide', onPageHide)
  // The worker closed its end, or has ended in a browser that says so: its peers should not wait for a timeout.
  port.addEventListener('close', stop)
  port.start()
  post({ type: 'ready', hasWebRtc: connections.hasWebRtc, budget: budget.reading })

  return {
    get connectionsMade() {
      return budget.reading.made
    },
    stop,
  }
}

/**
 * Makes a connection and closes it, so that the next is made at once.
 *
 * The first of a page starts the browser’s threads for it, which holds up the page for 60 ms and, on a busy machine, three
 * times as long (Chromium 156; 1 ms the second time); better while nothing is on the way. Without WebRTC, or where the tab
 * may make no more, nothing happens.
 */
export function warmUpWebRtc(options: Pick<ServeWebRtcOptions, 'budget'> = {}): void {
  const { budget = budgetOfThisPage } = options
  try {
    const connection = new RTCPeerConnection()
    budget.countMade(connection)
    connection.close()
    budget.countClosed()
  } catch {
    // Whoever needs a connection is told why there is none.
  }
}
