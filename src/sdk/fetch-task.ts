import { callBack } from './call-back.ts'
import { progress, progressOf } from './node-watch.ts'
import type { RunningNode } from './quire-life.ts'
import type { Dataset, Manifest, Progress } from './views.ts'

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
  readonly #node: RunningNode
  readonly #controller: AbortController
  readonly #listeners = new Set<(progress: Progress) => void>()
  #ended: Progress | undefined

  /** Made by `Quire.startFetch`. */
  constructor(node: RunningNode, running: { manifest: Manifest; done: Promise<Dataset>; controller: AbortController }) {
    this.#node = node
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
    const own = this.#node.watch.transfers.findLast((transfer) => this.#isOwn(transfer))
    return own === undefined ? undefined : progressOf(own)
  }

  /**
   * Calls back at most four times a second while it goes on, and once when all is here; returns the unsubscribe.
   * @example fetch.ts#task
   */
  onProgress(listener: (progress: Progress) => void): () => void {
    const unfollow = this.#node.watch.follow((transfer) => this.#isOwn(transfer), listener)
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
    await this.#withTransfer((id) => this.#node.api.pauseTransfer(id))
  }

  /**
   * Goes on after `pause`.
   * @example fetch.ts#pause
   */
  async resume(): Promise<void> {
    await this.#withTransfer((id) => this.#node.api.resumeTransfer(id))
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
    for (const listener of this.#listeners) callBack(listener, this.#ended)
  }

  #isOwn({ kind, cid }: { readonly kind: string; readonly cid?: string | undefined }): boolean {
    return kind === 'fetch' && cid === this.manifest.cid
  }

  async #withTransfer(use: (id: string) => Promise<void>): Promise<void> {
    const { calls } = this.#node
    const id = await calls.settled(this.#transferId())
    if (id !== undefined) await calls.settled(use(id))
  }

  /** As soon as the node has told of it. */
  async #transferId(): Promise<string | undefined> {
    const { watch } = this.#node
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
