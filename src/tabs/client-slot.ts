import { isQuireError, QuireError } from '../errors.ts'
import type { NodeClient } from '../rpc/client.ts'
import { unlessAborted } from './waits.ts'

export interface UseOptions {
  readonly signal?: AbortSignal | undefined
  /** False for what would happen twice if it were asked again after the node moved in the middle of it. */
  readonly isRepeatable: boolean
}

/**
 * The node that this page reaches now, or the next one: calls wait while there is none, and are asked again of the next one
 * when theirs went away before it answered.
 */
export class ClientSlot {
  readonly #waiting = new Set<() => void>()
  readonly #listeners = new Set<(client: NodeClient) => void>()
  #current: NodeClient | undefined
  #failedBecause: QuireError | undefined

  get current(): NodeClient | undefined {
    return this.#current?.goneBecause === undefined ? this.#current : undefined
  }

  /** Whether somebody waits for a node, or for an answer of it. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0 || this.#current?.isWaiting === true
  }

  set(client: NodeClient): void {
    const before = this.#current
    this.#current = client
    if (before !== client) before?.fail(new QuireError('ERR_NODE_MOVED', 'Quire moved to another tab.'))
    this.#wake()
    for (const listener of this.#listeners) listener(client)
  }

  /** For good: whoever waits, and later calls, reject. */
  fail(reason: QuireError): void {
    this.#failedBecause ??= reason
    this.#current?.fail(reason)
    this.#wake()
    this.#listeners.clear()
  }

  /** Calls back with each node from now on. */
  onClient(listener: (client: NodeClient) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async client(signal?: AbortSignal): Promise<NodeClient> {
    for (;;) {
      signal?.throwIfAborted()
      if (this.#failedBecause !== undefined) throw this.#failedBecause
      const { current } = this
      if (current !== undefined) return current
      await this.#change(signal)
    }
  }

  async use<T>(run: (client: NodeClient) => Promise<T>, { signal, isRepeatable }: UseOptions): Promise<T> {
    for (;;) {
      const client = await this.client(signal)
      try {
        return await run(client)
      } catch (error) {
        // Its store refused it, as the next node has that already: it is about to hear of it.
        if (isRepeatable && isQuireError(error, 'ERR_NODE_MOVED')) await unlessAborted(client.closed, signal)
        else if (error === undefined || error !== client.goneBecause) throw error
        if (this.#failedBecause !== undefined) throw error
        if (!isRepeatable) throw movedBecause(error)
      }
    }
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
  }

  #change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      this.#waiting.add(wake)
      signal?.addEventListener('abort', wake, { once: true })
    })
  }
}

function movedBecause(cause: unknown): QuireError {
  return new QuireError('ERR_NODE_MOVED', 'The tab that ran Quire ended in the middle of this.', { cause })
}
