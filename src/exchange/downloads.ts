import { QuireError } from '../errors.ts'
import type { BlockLedger } from './block-ledger.ts'
import type { Clock } from './clock.ts'
import { isSameState, type TransferState } from './transfer-state.ts'

export interface TransferProgress {
  /** Blocks that are stored and will be served. */
  readonly haveCount: number
  readonly blockCount: number
}

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined
  /** Called with the present state, then with every change. */
  readonly onState?: ((state: TransferState) => void) | undefined
  /** Fails with `ERR_NO_PEER_HAS_IT` after waiting so long without a break; by default it waits until it is cancelled. */
  readonly giveUpAfterMs?: number | undefined
}

interface Download {
  readonly options: DownloadOptions
  readonly addedAtMs: number
  readonly settle: (outcome: 'done' | { reason: unknown }) => void
}

/** The downloads that wait for one dataset to be whole. */
export class Downloads {
  readonly #clock: Clock
  readonly #ledger: BlockLedger
  readonly #open = new Set<Download>()
  #state: TransferState | undefined

  constructor(components: { clock: Clock; ledger: BlockLedger }) {
    this.#clock = components.clock
    this.#ledger = components.ledger
  }

  get size(): number {
    return this.#open.size
  }

  /** What was reported last. */
  get state(): TransferState | undefined {
    return this.#state
  }

  /** Resolves when every block is stored; an abort rejects with `signal.reason` and leaves the others running. */
  add(options: DownloadOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = options
      if (signal?.aborted === true) {
        reject(signal.reason)
        return
      }
      const onAbort = (): void => download.settle({ reason: signal?.reason })
      const download: Download = {
        options,
        addedAtMs: this.#clock.now(),
        settle: (outcome) => {
          this.#open.delete(download)
          signal?.removeEventListener('abort', onAbort)
          if (outcome === 'done') resolve()
          else reject(outcome.reason)
        },
      }
      this.#open.add(download)
      signal?.addEventListener('abort', onAbort, { once: true })
      options.onProgress?.(this.#progress())
      if (this.#state !== undefined) options.onState?.(this.#state)
    })
  }

  /** Blocks were stored. */
  progress(): void {
    const progress = this.#progress()
    for (const { options } of this.#open) options.onProgress?.(progress)
    if (!this.#ledger.isComplete) return
    for (const download of this.#open) download.settle('done')
  }

  /** Passes a changed state on. */
  report(state: TransferState): void {
    if (isSameState(this.#state, state)) return
    this.#state = state
    for (const { options } of this.#open) options.onState?.(state)
  }

  /** Ends those whose patience is over; the transfer has waited since `waitingSinceMs`. */
  giveUp(waitingSinceMs: number, nowMs: number): void {
    for (const download of this.#open) {
      const waitedMs = nowMs - Math.max(waitingSinceMs, download.addedAtMs)
      const { giveUpAfterMs } = download.options
      if (giveUpAfterMs !== undefined && waitedMs >= giveUpAfterMs) download.settle({ reason: noPeerError() })
    }
  }

  rejectAll(reason: unknown): void {
    for (const download of this.#open) download.settle({ reason })
  }

  #progress(): TransferProgress {
    return { haveCount: this.#ledger.storedCount, blockCount: this.#ledger.blockCount }
  }
}

export function noPeerError(): QuireError {
  return new QuireError('ERR_NO_PEER_HAS_IT', 'Nobody who is connected has the rest of this dataset.')
}
