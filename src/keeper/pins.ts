/** Datasets that the keeper fetches by itself, because a program asked it to keep them. */
import { cidText, type ManifestCid } from '../codec/cid.ts'
import type { QuireError } from '../errors.ts'
import { isEnded } from '../node/transfer.ts'
import type { DatasetNode } from './dataset-node.ts'
import { asQuireError } from './http-reply.ts'
import type { KeeperLog } from './log.ts'

/** Failures that are remembered for whoever asks; the oldest go first. */
const MAX_FAILURES = 100

export class Pins {
  readonly #node: Pick<DatasetNode, 'fetch' | 'transfers'>
  readonly #log: KeeperLog
  readonly #running = new Set<string>()
  readonly #failures = new Map<string, QuireError>()

  constructor({ node, log }: { node: Pick<DatasetNode, 'fetch' | 'transfers'>; log: KeeperLog }) {
    this.#node = node
    this.#log = log
  }

  /** Begins to fetch, or joins the fetch that runs. The node itself goes on with it after a restart. */
  start(cid: ManifestCid, addresses: readonly string[]): void {
    const name = cidText(cid)
    this.#failures.delete(name)
    this.#running.add(name)
    this.#node
      .fetch(cid, { addresses })
      .catch((error: unknown) => this.#failed(name, error))
      .finally(() => this.#running.delete(name))
  }

  /** True for one that another start of the keeper left, too. */
  isActive(cid: ManifestCid): boolean {
    const isFetched = this.#node.transfers
      .list()
      .some((transfer) => transfer.kind === 'fetch' && !isEnded(transfer) && transfer.cid?.equals(cid) === true)
    return isFetched || this.#running.has(cidText(cid))
  }

  /** Why the last fetch ended without all blocks. */
  failureOf(cid: ManifestCid): QuireError | undefined {
    return this.#failures.get(cidText(cid))
  }

  /** Ends the fetch; what arrived stays. */
  async cancel(cid: ManifestCid): Promise<void> {
    await this.#node.transfers.cancelOf(cid)
  }

  #failed(name: string, error: unknown): void {
    this.#log.warn({ err: error, cid: name }, 'a dataset could not be fetched')
    this.#failures.set(name, asQuireError(error))
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= MAX_FAILURES) break
      this.#failures.delete(oldest)
    }
  }
}
