import { exportHoldName } from '../codec/export-hold.ts'

/**
 * Exported files that this page has not given back. Each is a shared lock, which ends with the page: nodes of other tabs, too,
 * see by it which files are still being copied, and which nobody wants any more (`node/export-folder.ts`).
 */
export class ExportHolds {
  readonly #locks: () => LockManager
  readonly #releases = new Map<string, (() => Promise<void>)[]>()

  /** Asked for when there is something to hold: pages without encryption have none. */
  constructor(locks: () => LockManager) {
    this.#locks = locks
  }

  /** Resolves once it is held. */
  async hold(cid: string): Promise<void> {
    const released = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    const ended = this.#locks().request(exportHoldName(cid), { mode: 'shared' }, () => {
      held.resolve()
      return released.promise
    })
    ended.catch(held.reject)
    await held.promise
    const release = async (): Promise<void> => {
      released.resolve()
      await ended
    }
    this.#releases.set(cid, [...(this.#releases.get(cid) ?? []), release])
  }

  /** Gives back one hold; nothing where there is none. */
  async release(cid: string): Promise<void> {
    const [release, ...others] = this.#releases.get(cid) ?? []
    if (others.length > 0) this.#releases.set(cid, others)
    else this.#releases.delete(cid)
    await release?.()
  }
}
