import { FORWARD, FORWARDED, LEAD } from './port-forwarder.ts'
import type { PortBroker } from './port-broker.ts'
import type { SwitchboardMessage } from './switchboard.ts'

/** Through a shared worker, or through the service worker in browsers without (Chrome on Android). */
export function browserBroker(): PortBroker {
  return 'SharedWorker' in globalThis ? new SharedWorkerBroker(openSwitchboard) : new ServiceWorkerBroker(navigator)
}

function openSwitchboard(): MessagePort {
  return new SharedWorker(new URL('../../workers/port-broker.ts', import.meta.url), { type: 'module' }).port
}

export class SharedWorkerBroker implements PortBroker {
  readonly #open: () => MessagePort
  #switchboard: MessagePort | undefined

  constructor(open: () => MessagePort) {
    this.#open = open
  }

  lead(ports: MessagePort): void {
    this.#post({ type: 'lead', ports }, ports)
  }

  send(port: MessagePort): void {
    this.#post({ type: 'serve', port }, port)
  }

  reopen(): void {
    this.close()
  }

  close(): void {
    this.#switchboard?.close()
    this.#switchboard = undefined
  }

  #post(message: SwitchboardMessage, port: MessagePort): void {
    this.#switchboard ??= this.#open()
    this.#switchboard.postMessage(message, [port])
  }
}

/** What is needed of a `navigator`. */
export interface ServiceWorkerNavigator {
  readonly serviceWorker?: Pick<ServiceWorkerContainer, 'ready' | 'addEventListener' | 'removeEventListener'>
}

export class ServiceWorkerBroker implements PortBroker {
  readonly #navigator: ServiceWorkerNavigator
  #ports: MessagePort | undefined

  constructor(navigator: ServiceWorkerNavigator) {
    this.#navigator = navigator
    navigator.serviceWorker?.addEventListener('message', this.#onMessage)
  }

  lead(ports: MessagePort): void {
    this.#ports?.close()
    this.#ports = ports
    this.#post({ type: LEAD }, [])
  }

  send(port: MessagePort): void {
    this.#post({ type: FORWARD, port }, [port])
  }

  /** A service worker is started again by the browser itself. */
  reopen(): void {}

  close(): void {
    this.#navigator.serviceWorker?.removeEventListener('message', this.#onMessage)
    this.#ports?.close()
    this.#ports = undefined
  }

  readonly #onMessage = ({ data }: MessageEvent<unknown>): void => {
    if (typeof data !== 'object' || data === null || !('type' in data && 'port' in data)) return
    if (data.type !== FORWARDED || !(data.port instanceof MessagePort)) return
    if (this.#ports === undefined) data.port.close()
    else this.#ports.postMessage({ type: 'serve', port: data.port }, [data.port])
  }

  #post(message: unknown, transfer: Transferable[]): void {
    // A page may be here before its first service worker is.
    void this.#navigator.serviceWorker?.ready.then(({ active }) => active?.postMessage(message, transfer))
  }
}
