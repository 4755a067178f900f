import type { NodeApi, NodeEvent, TransferView } from '../rpc/api.ts'
import { callBack } from './call-back.ts'
import type { Progress } from './views.ts'

/** What a node tells, heard once for a whole `Quire`, from the first who wants to know until `stop`. */
export class NodeWatch {
  readonly #api: NodeApi
  readonly #onEvent: (event: NodeEvent) => void
  readonly #transfers = new Map<string, TransferView>()
  readonly #followers = new Set<(transfer: TransferView) => void>()
  #opening: Promise<() => void> | undefined
  #hasStopped = false

  constructor(api: NodeApi, onEvent: (event: NodeEvent) => void) {
    this.#api = api
    this.#onEvent = onEvent
  }

  /** As heard of so far, oldest first. */
  get transfers(): TransferView[] {
    return [...this.#transfers.values()]
  }

  /** Resolves when the node tells; what stands then comes soon after. */
  async open(): Promise<void> {
    this.#opening ??= this.#api
      .watch((event) => this.#receive(event))
      .catch((error: unknown) => {
        this.#opening = undefined
        throw error
      })
    await this.#opening
  }

  /** Calls back with each change of the transfers that `isWanted` says; returns the end of it. */
  follow(isWanted: (transfer: TransferView) => boolean, listener: (progress: Progress) => void): () => void {
    const tell = (transfer: TransferView): void => {
      if (isWanted(transfer)) callBack(listener, progressOf(transfer))
    }
    this.#followers.add(tell)
    // Without it the caller hears of the end alone.
    void this.open().catch(() => undefined)
    return () => this.#followers.delete(tell)
  }

  /** Nothing is told from now on, whatever the node has on its way. */
  stop(): void {
    this.#hasStopped = true
    this.#followers.clear()
    this.#opening?.then(
      (unwatch) => unwatch(),
      () => undefined,
    )
  }

  #receive(event: NodeEvent): void {
    if (this.#hasStopped) return
    if (event.type === 'transfer') {
      this.#transfers.set(event.transfer.id, event.transfer)
      for (const tell of this.#followers) tell(event.transfer)
    }
    if (event.type === 'transfer-removed') this.#transfers.delete(event.id)
    this.#onEvent(event)
  }
}

export function progressOf({ doneBytes, totalBytes, bytesPerSecond, phase }: TransferView): Progress {
  return { ...progress(doneBytes, totalBytes), bytesPerSecond, phase }
}

export function progress(doneBytes: number, totalBytes: number | undefined): Progress {
  const fraction = totalBytes === undefined || totalBytes === 0 ? undefined : Math.min(1, doneBytes / totalBytes)
  return { doneBytes, totalBytes, fraction, bytesPerSecond: 0 }
}
