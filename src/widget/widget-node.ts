import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { NodeApi } from '../rpc/api.ts'
import { OriginNode } from '../tabs/origin-node.ts'
import type { NodeHost } from '../ui/state/node-state.ts'
import { MemoryNode, type MemoryNodeParts } from './memory-node.ts'
import type { WidgetStorage } from './protocol.ts'
import { isStorageAllowed, storageBeside } from './widget-storage.ts'

export interface WidgetNodeParts extends MemoryNodeParts {
  readonly isSecure: boolean
}

/** The node behind a widget: that of its origin, or of its part of it, or one in memory where there is no storage. */
export class WidgetNode implements NodeHost {
  /** Known before the node runs. */
  readonly storage: ReadonlySignal<WidgetStorage>
  readonly #parts: WidgetNodeParts
  #node: MemoryNode | OriginNode | undefined

  private constructor(parts: WidgetNodeParts, storage: WidgetStorage) {
    this.#parts = parts
    this.storage = signal(storage)
  }

  static async create(parts: WidgetNodeParts, host: { origin: string | undefined }): Promise<WidgetNode> {
    const isAllowed = await isStorageAllowed()
    return new WidgetNode(parts, isAllowed ? storageBeside(host.origin, location.origin) : 'memory')
  }

  async open(onDeath: (error: unknown) => void): Promise<NodeApi> {
    if (this.storage.peek() === 'memory') {
      const node = new MemoryNode(this.#parts)
      this.#node = node
      return node.open(onDeath)
    }
    const node = new OriginNode(this.#parts)
    this.#node = node
    const api = await node.open()
    void node.failed.then(onDeath)
    return api
  }

  close(): void {
    void this.#node?.close()
  }

  /** Hands a port to the node: of the service worker, which serves what a widget plays. */
  servePort(port: MessagePort): void {
    if (this.#node instanceof OriginNode) this.#node.servePort(port)
    else port.close()
  }
}
