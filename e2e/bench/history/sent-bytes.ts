import type { CDPSession, Page } from '@playwright/test'

/** Counts what a page’s worker sends over WebSockets, from now on, as the browser’s own tools see it. */
export class WebSocketMeter {
  readonly #session: CDPSession
  #sentBytes = 0

  private constructor(session: CDPSession) {
    this.#session = session
  }

  /** Of every dedicated worker of the page, those that come later too. */
  static async start(page: Page): Promise<WebSocketMeter> {
    const session = await page.context().newCDPSession(page)
    const meter = new WebSocketMeter(session)
    // Playwright has no session for workers, so messages to them travel inside messages to their page.
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type !== 'worker') return
      const message = JSON.stringify({ id: 1, method: 'Network.enable', params: {} })
      void session.send('Target.sendMessageToTarget', { sessionId, message })
    })
    session.on('Target.receivedMessageFromTarget', ({ message }) => meter.#take(message))
    await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false })
    return meter
  }

  get sentBytes(): number {
    return this.#sentBytes
  }

  async stop(): Promise<void> {
    await this.#session.detach()
  }

  #take(message: string): void {
    const { method, params } = JSON.parse(message) as { method?: string; params?: FrameSent }
    if (method !== 'Network.webSocketFrameSent' || params === undefined) return
    const { opcode, payloadData } = params.response
    // Binary payloads are told as base64.
    this.#sentBytes +=
      opcode === BINARY ? Buffer.from(payloadData, 'base64').byteLength : Buffer.byteLength(payloadData)
  }
}

const BINARY = 2

/** The shape is that of the protocol’s `Network.webSocketFrameSent`. */
interface FrameSent {
  readonly response: { readonly opcode: number; readonly payloadData: string }
}
