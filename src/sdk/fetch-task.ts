import type { NodeApi } from '../rpc/api.ts'
import { type NodeWatch, progressOf } from './node-watch.ts'
import type { Dataset, Manifest, Progress } from './views.ts'

interface Components {
  readonly api: NodeApi
  readonly watch: NodeWatch
}

/**
 * A fetch that goes on in the background, from `Quire.startFetch`.
 *
 * It outlives the page: what was begun goes on with the next start of the node, unless it was cancelled.
 */
export class FetchTask {
  /** CID, size, name and media type of what is fetched. */
  readonly manifest: Manifest
  /** Resolves when all blocks are here; rejects with why they are not, or with an `AbortError` after `cancel`. */
  readonly done: Promise<Dataset>
  readonly #components: Components
  readonly #controller: AbortController

  /** Made by `Quire.startFetch`. */
  constructor(
    components: Components,
    running: { manifest: Manifest; done: Promise<Dataset>; controller: AbortController },
  ) {
    this.#components = components
    this.manifest = running.manifest
    this.done = running.done
    this.#controller = running.controller
    // Whoever does not wait for the end is not to be told of it by the process.
    this.done.catch(() => undefined)
  }

  /**
   * How far it is; undefined while nothing was heard yet.
   * @example fetch.ts#task
   */
  get progress(): Progress | undefined {
    const own = this.#components.watch.transfers.findLast((transfer) => this.#isOwn(transfer))
    return own === undefined ? undefined : progressOf(own)
  }

  /**
   * Calls back at most four times a second while it goes on; returns the unsubscribe.
   * @example fetch.ts#task
   */
  onProgress(listener: (progress: Progress) => void): () => void {
    return this.#components.watch.follow((transfer) => this.#isOwn(transfer), listener)
  }

  /**
   * Stops its bytes until `resume`, also over a restart. Nothing for one that has ended.
   * @example fetch.ts#pause
   */
  async pause(): Promise<void> {
    const id = await this.#transferId()
    if (id !== undefined) await this.#components.api.pauseTransfer(id)
  }

  /**
   * Goes on after `pause`.
   * @example fetch.ts#pause
   */
  async resume(): Promise<void> {
    const id = await this.#transferId()
    if (id !== undefined) await this.#components.api.resumeTransfer(id)
  }

  /**
   * Ends it; what was verified stays. `done` rejects with an `AbortError`.
   * @example fetch.ts#cancel
   */
  cancel(): void {
    this.#controller.abort(new DOMException('The fetch was cancelled.', 'AbortError'))
  }

  #isOwn({ kind, cid }: { readonly kind: string; readonly cid?: string | undefined }): boolean {
    return kind === 'fetch' && cid === this.manifest.cid
  }

  /** As soon as the node has told of it. */
  async #transferId(): Promise<string | undefined> {
    const { watch } = this.#components
    await watch.open()
    const find = (): string | undefined => watch.transfers.findLast((transfer) => this.#isOwn(transfer))?.id
    const known = find()
    if (known !== undefined) return known
    return new Promise((resolve) => {
      const unfollow = watch.follow(
        (transfer) => this.#isOwn(transfer),
        () => settle(),
      )
      const settle = (): void => {
        unfollow()
        resolve(find())
      }
      this.done.then(settle, settle)
    })
  }
}
