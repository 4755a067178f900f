import type { NodeApi } from '../rpc/api.ts'
import { type NodeWatch, progress, progressOf } from './node-watch.ts'
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
  readonly #listeners = new Set<(progress: Progress) => void>()
  #ended: Progress | undefined

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
    this.done.then(
      (dataset) => this.#end(dataset),
      () => undefined,
    )
  }

  /**
   * How far it is; undefined while nothing was heard yet.
   * @example fetch.ts#task
   */
  get progress(): Progress | undefined {
    if (this.#ended !== undefined) return this.#ended
    const own = this.#components.watch.transfers.findLast((transfer) => this.#isOwn(transfer))
    return own === undefined ? undefined : progressOf(own)
  }

  /**
   * Calls back at most four times a second while it goes on, and once when all is here; returns the unsubscribe.
   * @example fetch.ts#task
   */
  onProgress(listener: (progress: Progress) => void): () => void {
    const unfollow = this.#components.watch.follow((transfer) => this.#isOwn(transfer), listener)
    this.#listeners.add(listener)
    return () => {
      unfollow()
      this.#listeners.delete(listener)
    }
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

  /** The node tells a little later, and a short fetch not at all before it is over. */
  #end({ sizeBytes }: Dataset): void {
    this.#ended = { ...progress(sizeBytes, sizeBytes), phase: { state: 'done' } }
    for (const listener of this.#listeners) listener(this.#ended)
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
