/**
 * The way of the service worker to the node of its origin.
 *
 *   reach ─▶ each page of the app gets { type: 'quire-node-port' } and a port, the one in front first ─▶ first ping answered
 *   a mute node (three pings) or a closed port ─▶ its calls reject, and the next `reach` asks the pages again
 *
 * A page passes the port on to the worker of whichever tab runs the node, so it does not matter which page answers.
 */
import { QuireError } from '../errors.ts'
import type { CallOptions } from '../rpc/call-types.ts'
import { NodeClient } from '../rpc/client.ts'
import { untilAborted } from './until-aborted.ts'

/** To a page, with one port: the node is to be served on it. */
export const NODE_PORT = 'quire-node-port'

/** Between one page and the next that is asked, while none has answered. */
const NEXT_PAGE_MS = 250
/** A page may have been opened a moment ago; the node of a slow device takes some seconds to start. */
const FIND_MS = 10_000
const PING_INTERVAL_MS = 1_000
const MAX_MISSED_PINGS = 3

/** What is needed of a `WindowClient`. */
export interface PageClient {
  readonly id: string
  postMessage(message: unknown, transfer: Transferable[]): void
}

export interface NodeLinkParts {
  /** The pages of the app that are open, those most likely to answer first. */
  readonly pages: () => Promise<readonly PageClient[]>
}

export class NodeLink {
  readonly #parts: NodeLinkParts
  #finding: Promise<NodeClient> | undefined
  #client: NodeClient | undefined

  constructor(parts: NodeLinkParts) {
    this.#parts = parts
  }

  /**
   * The node, which answered lately.
   *
   * Errors: `ERR_NODE_UNREACHABLE` (details `openPages`: nought where no page is open, which is found at once).
   */
  reach({ signal }: CallOptions = {}): Promise<NodeClient> {
    if (this.#client !== undefined) return Promise.resolve(this.#client)
    this.#finding ??= this.#find().finally(() => (this.#finding = undefined))
    return signal === undefined ? this.#finding : untilAborted(this.#finding, signal)
  }

  async #find(): Promise<NodeClient> {
    const search = new PageSearch(this.#parts)
    const client = await search.run()
    this.#client = client
    void client.closed.then(() => {
      if (this.#client === client) this.#client = undefined
    })
    return client
  }
}

class PageSearch {
  readonly #parts: NodeLinkParts
  readonly #asked = new Set<string>()
  readonly #ended = new AbortController()
  readonly #found = Promise.withResolvers<NodeClient>()

  constructor(parts: NodeLinkParts) {
    this.#parts = parts
  }

  async run(): Promise<NodeClient> {
    try {
      return await Promise.race([this.#found.promise, this.#askAll()])
    } finally {
      this.#ended.abort()
    }
  }

  async #askAll(): Promise<never> {
    let openPages = 0
    for (let waitedMs = 0; waitedMs < FIND_MS && !this.#ended.signal.aborted; waitedMs += NEXT_PAGE_MS) {
      const pages = await this.#parts.pages()
      openPages = pages.length
      if (openPages === 0) break
      const next = pages.find(({ id }) => !this.#asked.has(id))
      if (next !== undefined) void this.#ask(next)
      await new Promise((resolve) => setTimeout(resolve, NEXT_PAGE_MS))
    }
    throw unreachable(openPages)
  }

  async #ask(page: PageClient): Promise<void> {
    const { signal } = this.#ended
    const { port1, port2 } = new MessageChannel()
    const client = new NodeClient(port1, { pingIntervalMs: PING_INTERVAL_MS, maxMissedPings: MAX_MISSED_PINGS })
    // Not every browser tells; elsewhere the pings do.
    port1.addEventListener('close', () => client.fail(gone()))
    this.#asked.add(page.id)
    page.postMessage({ type: NODE_PORT }, [port2])
    try {
      await client.ping({ signal })
      signal.throwIfAborted()
      this.#ended.abort()
      this.#found.resolve(client)
    } catch {
      client.close()
      // It may have been too early for it.
      this.#asked.delete(page.id)
    }
  }
}

function gone(): QuireError {
  return new QuireError('ERR_NODE_MOVED', 'The tab that ran Quire ended.')
}

function unreachable(openPages: number): QuireError {
  const message = openPages === 0 ? 'No tab with Quire is open.' : 'The tabs with Quire do not answer.'
  return new QuireError('ERR_NODE_UNREACHABLE', message, { details: { openPages } })
}
