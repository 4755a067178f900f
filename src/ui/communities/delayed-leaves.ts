/**
 * Communities that are left unless that is undone:
 *
 *   leave ─▶ waiting (some seconds) ─▶ the node leaves it        undo ─▶ nothing has happened
 */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { CommunityId } from '../../rpc/history-api.ts'
import type { PageServices } from '../page/page-services.ts'

/** How long leaving can be undone. */
export const LEAVE_UNDO_MS = 8000

export class DelayedLeaves {
  readonly #later: PageServices['later']
  readonly #waiting = signal<ReadonlyMap<CommunityId, () => void>>(new Map())

  constructor(later: PageServices['later']) {
    this.#later = later
  }

  /** By id. */
  get waiting(): ReadonlySignal<ReadonlyMap<CommunityId, unknown>> {
    return this.#waiting
  }

  /** Calls `leave` after a while; `undo` prevents it. The community counts as waiting until that has ended. */
  add(id: CommunityId, leave: () => Promise<void>): void {
    if (this.#waiting.peek().has(id)) return
    const cancel = this.#later(() => void leave().finally(() => this.#forget(id)), LEAVE_UNDO_MS)
    this.#waiting.value = new Map(this.#waiting.peek()).set(id, cancel)
  }

  /** False where there was nothing to undo. */
  undo(id: CommunityId): boolean {
    this.#waiting.peek().get(id)?.()
    return this.#forget(id)
  }

  /** The node goes: what was not left yet stays. */
  stop(): void {
    for (const id of this.#waiting.peek().keys()) this.undo(id)
  }

  #forget(id: CommunityId): boolean {
    const waiting = new Map(this.#waiting.peek())
    const isKnown = waiting.delete(id)
    if (isKnown) this.#waiting.value = waiting
    return isKnown
  }
}
