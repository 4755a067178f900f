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
import type { WatchdogInit } from '../rpc/watchdog.ts'
import { untilAborted } from './until-aborted.ts'

/** To a page, with one port: the node is to be served on it. */
export const NODE_PORT = 'quire-node-port'

/** Between one page and the next that is asked, while none has answered. */
const NEXT_PAGE_MS = 250
/** A page may have been opened a moment ago; the node of a slow device takes some seconds to start. */
const FIND_MS = 10_000
const PINGS = { pingIntervalMs: 1_000, maxMissedPings: 3 }

/** What is needed of a `WindowClient`. */
export interface PageClient {
  readonly id: string
  postMessage(message: unknown, transfer: Transferable[]): void
}

export interface NodeLinkParts {
  /** The pages of the app that are open, those most likely to answer first. */
  readonly pages: () => Promise<readonly PageClient[]>
}

export interface NodeLinkInit {
  /** How long the pages are asked, where none answers. */
  readonly findMs?: number | undefined
  readonly pings?: WatchdogInit | undefined
}

export class NodeLink {
  readonly #parts: NodeLinkParts
  readonly #init: NodeLinkInit
  #finding: Promise<NodeClient> | undefined
  #client: NodeClient | undefined

  constructor(parts: NodeLinkParts, init: NodeLinkInit = {}) {
    this.#parts = parts
    this.#init = init
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
    const search = new PageSearch(this.#parts, this.#init)
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
  readonly #findMs: number
  readonly #pings: WatchdogInit
  /** How often each was asked, and those that may yet answer. */
  readonly #asked = new Map<string, number>()
  readonly #open = new Set<string>()
  readonly #ended = new AbortController()
  readonly #found = Promise.withResolvers<NodeClient>()

  constructor(parts: NodeLinkParts, { findMs = FIND_MS, pings = PINGS }: NodeLinkInit) {
    this.#parts = parts
    this.#findMs = findMs
    this.#pings = pings
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
    for (let waitedMs = 0; waitedMs < this.#findMs && !this.#ended.signal.aborted; waitedMs += NEXT_PAGE_MS) {
      const pages = await this.#parts.pages()
      openPages = pages.length
      if (openPages === 0) break
      const next = this.#next(pages)
      if (next !== undefined) void this.#ask(next)
      await new Promise((resolve) => setTimeout(resolve, NEXT_PAGE_MS))
    }
    throw unreachable(openPages)
  }

  /** Each in its turn: one that lets go of its port at once keeps none from the others. */
  #next(pages: readonly PageClient[]): PageClient | undefined {
    const silent = pages.filter(({ id }) => !this.#open.has(id))
    const fewest = Math.min(...silent.map(({ id }) => this.#asked.get(id) ?? 0))
    return silent.find(({ id }) => (this.#asked.get(id) ?? 0) === fewest)
  }

  async #ask(page: PageClient): Promise<void> {
    const { signal } = this.#ended
    const { port1, port2 } = new MessageChannel()
    const client = new NodeClient(port1, this.#pings)
    // Not every browser tells; elsewhere the pings do.
    port1.addEventListener('close', () => client.fail(gone()))
    this.#open.add(page.id)
    this.#asked.set(page.id, 1 + (this.#asked.get(page.id) ?? 0))
    page.postMessage({ type: NODE_PORT }, [port2])
    try {
      await client.ping({ signal })
      signal.throwIfAborted()
      this.#ended.abort()
      this.#found.resolve(client)
    } catch {
      client.close()
      // It may have been too early for it.
      this.#open.delete(page.id)
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
