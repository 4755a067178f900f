/** The node of this origin as the page’s model wants it; whichever tab runs it. */
import type { NodeApi } from '../../rpc/api.ts'
import type { OriginNode } from '../../tabs/origin-node.ts'
import type { NodeHost } from '../state/node-state.ts'

export class OriginHost implements NodeHost {
  readonly #node: OriginNode

  constructor(node: OriginNode) {
    this.#node = node
  }

  async open(onDeath: (error: unknown) => void): Promise<NodeApi> {
    const api = await this.#node.open()
    void this.#node.failed.then(onDeath)
    return api
  }

  close(): void {
    void this.#node.close()
  }
}
