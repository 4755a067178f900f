/**
 * A host page’s side of the widget’s handshake (`widget/protocol.ts`). A greeting counts when the browser says that it comes
 * from the window of this iframe, and from the origin that the iframe was pointed at; the port goes to that origin alone.
 */
import { parseReady, parseWidgetMessage } from '../../widget/parse-messages.ts'
import { commonVersion, PROTOCOL_VERSIONS } from '../../widget/protocol.ts'
import type { Appearance, HelloMessage, HostMessage, WidgetMessage } from '../../widget/protocol.ts'

export interface HostEndInit {
  /** Of the widget. */
  readonly origin: string
  /** 32 hex digits, also in the iframe’s address. */
  readonly nonce: string
  readonly appearance: () => Appearance
  readonly onMessage: (message: WidgetMessage) => void
  /** The widget speaks no version that this page speaks. */
  readonly onUnknownVersion: () => void
}

/** What is said before the widget has answered waits; more than this is not kept. */
const MAX_WAITING = 32

export class HostEnd {
  readonly #iframe: HTMLIFrameElement
  readonly #init: HostEndInit
  readonly #listening = new AbortController()
  readonly #waiting: HostMessage[] = []
  #port: MessagePort | undefined
  #isWelcome = false

  constructor(iframe: HTMLIFrameElement, init: HostEndInit) {
    this.#iframe = iframe
    this.#init = init
    addEventListener('message', (event) => this.#greet(event), { signal: this.#listening.signal })
  }

  /** Whether the widget has answered. */
  get isWelcome(): boolean {
    return this.#isWelcome
  }

  send(message: HostMessage): void {
    if (this.#port !== undefined && this.#isWelcome) this.#port.postMessage(message)
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(message)
  }

  close(): void {
    this.#listening.abort()
    this.#port?.close()
    this.#port = undefined
  }

  #greet({ data, origin, source }: MessageEvent<unknown>): void {
    const frame = this.#iframe.contentWindow
    if (frame === null || source !== frame || origin !== this.#init.origin) return
    const ready = parseReady(data)
    if (ready === undefined) return
    if (commonVersion(ready.versions) === undefined) return this.#init.onUnknownVersion()
    // A frame that was loaded again greets again, and its last port leads nowhere.
    this.#port?.close()
    this.#isWelcome = false
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    port1.addEventListener('message', (event: MessageEvent<unknown>) => this.#receive(port1, event.data))
    port1.start()
    const hello: HelloMessage = {
      type: 'quire-widget-hello',
      versions: PROTOCOL_VERSIONS,
      challenge: ready.challenge,
      nonce: this.#init.nonce,
      ...this.#init.appearance(),
    }
    frame.postMessage(hello, this.#init.origin, [port2])
  }

  #receive(port: MessagePort, data: unknown): void {
    const message = parseWidgetMessage(data)
    if (message === undefined || port !== this.#port) return
    if (message.type === 'welcome') {
      this.#isWelcome = true
      for (const waiting of this.#waiting.splice(0)) port.postMessage(waiting)
    }
    this.#init.onMessage(message)
  }
}
