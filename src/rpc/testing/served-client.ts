import { NodeClient } from '../client.ts'
import { serveNode } from '../serve-node.ts'
import { ServedNodeDouble } from './served-node-double.ts'

interface ServedDouble {
  readonly node: ServedNodeDouble
  readonly client: NodeClient
  /** The node goes. */
  readonly stopServing: () => void
  /** Both go. */
  readonly stop: () => void
}

/** A node double behind a port, and its client. */
export function serveDouble(): ServedDouble {
  const node = new ServedNodeDouble()
  const { port1, port2 } = new MessageChannel()
  const stopServing = serveNode(node, port1)
  const client = new NodeClient(port2)
  const stop = (): void => {
    client.close()
    stopServing()
  }
  return { node, client, stopServing, stop }
}
