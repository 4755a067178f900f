/**
 * Communities that are left unless that is undone:
 *
 *   leave ─▶ waiting (some seconds) ─▶ the node leaves it        undo while it waits ─▶ nothing has happened
 */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { CommunityId } from '../../rpc/history-api.ts'
import type { PageServices } from '../page/page-services.ts'

/** How long leaving can be undone. */
export const LEAVE_UNDO_MS = 8000

export class DelayedLeaves {
  readonly #later: PageServices['later']
  readonly #waiting = signal<ReadonlyMap<CommunityId, (() => void) | undefined>>(new Map())

  constructor(later: PageServices['later']) {
    this.#later = later
  }

  /** By id: what prevents it; undefined once the node is leaving it. */
  get waiting(): ReadonlySignal<ReadonlyMap<CommunityId, (() => void) | undefined>> {
    return this.#waiting
  }

  /** Calls `leave` after a while; `undo` prevents it. The community counts as waiting until that has ended. */
  add(id: CommunityId, leave: () => Promise<void>): void {
    if (this.#waiting.peek().has(id)) return
    const begin = (): void => {
      this.#set(id, undefined)
      void leave().finally(() => this.#forget(id))
    }
    this.#set(id, this.#later(begin, LEAVE_UNDO_MS))
  }

  /** False where there was nothing to undo. */
  undo(id: CommunityId): boolean {
    const cancel = this.#waiting.peek().get(id)
    if (cancel === undefined) return false
    cancel()
    this.#forget(id)
    return true
  }

  /** The node goes: what was not left yet stays. */
  stop(): void {
    for (const cancel of this.#waiting.peek().values()) cancel?.()
    this.#waiting.value = new Map()
  }

  #set(id: CommunityId, cancel: (() => void) | undefined): void {
    this.#waiting.value = new Map(this.#waiting.peek()).set(id, cancel)
  }

  #forget(id: CommunityId): void {
    const waiting = new Map(this.#waiting.peek())
    if (waiting.delete(id)) this.#waiting.value = waiting
  }
}
