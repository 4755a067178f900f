import { parseHostMessage } from './parse-messages.ts'
import type { HostMessage, WidgetMessage } from './protocol.ts'

/** Messages of a host page beyond these are dropped: so many at once, and so many a second from then on. */
const BURST = 40
const PER_SECOND = 20

/** The widget’s end of the port to a host page whose origin the browser has told. */
export class HostLink {
  /** “https://example.org”; “null” for a page without one (sandboxed, from a file). */
  readonly origin: string
  readonly #port: MessagePort
  readonly #listeners = new Set<(message: HostMessage) => void>()
  readonly #now: () => number
  #allowance = BURST
  #countedAtMs: number

  constructor(port: MessagePort, init: { origin: string; now?: () => number }) {
    this.origin = init.origin
    this.#port = port
    this.#now = init.now ?? (() => performance.now())
    this.#countedAtMs = this.#now()
    port.addEventListener('message', ({ data }: MessageEvent<unknown>) => this.#receive(data))
    port.start()
  }

  send(message: WidgetMessage): void {
    this.#port.postMessage(message)
  }

  onMessage(listener: (message: HostMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#listeners.clear()
    this.#port.close()
  }

  #receive(data: unknown): void {
    if (!this.#isInTime()) return
    const message = parseHostMessage(data)
    if (message === undefined) return
    for (const listener of this.#listeners) listener(message)
  }

  #isInTime(): boolean {
    const nowMs = this.#now()
    this.#allowance = Math.min(BURST, this.#allowance + ((nowMs - this.#countedAtMs) / 1_000) * PER_SECOND)
    this.#countedAtMs = nowMs
    if (this.#allowance < 1) return false
    this.#allowance--
    return true
  }
}
