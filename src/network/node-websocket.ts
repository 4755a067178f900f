/** Gives Node 20 the `WebSocket` that @libp2p/websockets dials with; Node 22 has one of its own. */
import { WebSocket } from 'ws'

class BrowserLikeWebSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols)
    // `ws` throws an error that nobody listens for, and so ends the process, as when a dial is cancelled; browsers do not.
    this.addEventListener('error', () => undefined)
  }
}

// Looked up at each dial, so it need not be there before libp2p is imported.
globalThis.WebSocket ??= BrowserLikeWebSocket
