import { NodeClient } from '../../rpc/client.ts'
import { serveNode } from '../../rpc/serve-node.ts'
import { ServedNodeDouble } from '../../rpc/testing/served-node-double.ts'

export interface ServedClient {
  readonly node: ServedNodeDouble
  readonly client: NodeClient
}

/** Nodes of tabs, each behind a port; `closeAll` ends them. */
export class ServedClients {
  readonly #ends: (() => void)[] = []

  add(node = new ServedNodeDouble()): ServedClient {
    const { port1, port2 } = new MessageChannel()
    const stop = serveNode(node, port1)
    const client = new NodeClient(port2)
    this.#ends.push(() => {
      client.close()
      stop()
    })
    return { node, client }
  }

  closeAll(): void {
    for (const end of this.#ends.splice(0)) end()
  }
}
