import { serveNode } from './serve-node.ts'
import type { ServedNode } from './served-node.ts'

/** Tabs, widgets and the service worker have one each; those of tabs that died without a sign are among them. */
const MAX_PORTS = 256

/** The ports on which a worker serves its node; those that come before it runs wait for it. */
export class ServedPorts {
  readonly #ports = new Map<MessagePort, (() => void) | undefined>()
  #node: ServedNode | undefined

  run(node: ServedNode): void {
    this.#node = node
    for (const [port, stop] of this.#ports) if (stop === undefined) this.#serve(port, node)
  }

  add(port: MessagePort): void {
    const [oldest] = this.#ports.keys()
    if (this.#ports.size >= MAX_PORTS && oldest !== undefined) this.#end(oldest)
    this.#ports.set(port, undefined)
    // Where the browser tells of it; elsewhere the limit holds.
    port.addEventListener('close', () => this.#end(port))
    if (this.#node !== undefined) this.#serve(port, this.#node)
  }

  /** Ends all of them; later ones wait for the next node. */
  stop(): void {
    this.#node = undefined
    for (const port of this.#ports.keys()) this.#end(port)
  }

  #serve(port: MessagePort, node: ServedNode): void {
    this.#ports.set(port, serveNode(node, port))
  }

  #end(port: MessagePort): void {
    const stop = this.#ports.get(port)
    this.#ports.delete(port)
    if (stop === undefined) port.close()
    else stop()
  }
}
