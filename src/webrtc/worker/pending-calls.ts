import { IdSequence } from '../protocol.ts'
import type { CallId, CallResult, ConnectionId } from '../protocol.ts'

export interface PendingCall {
  readonly resolve: (result: CallResult) => void
  readonly reject: (error: Error) => void
  /** Whom the call is about; `null` for one about no connection. */
  readonly connection: ConnectionId | null
}

/** Calls that wait for the page's answer. */
export class PendingCalls {
  readonly #pending = new Map<CallId, PendingCall>()
  readonly #ids = new IdSequence<CallId>()

  /** `post` sends the request under the id that it is given. */
  add(connection: ConnectionId | null, post: (call: CallId) => void): Promise<CallResult> {
    return new Promise((resolve, reject) => {
      const call = this.#ids.next()
      this.#pending.set(call, { resolve, reject, connection })
      post(call)
    })
  }

  /** The call that this answer is for, no longer pending; `undefined` where it was given up before. */
  take(call: CallId): PendingCall | undefined {
    const pending = this.#pending.get(call)
    this.#pending.delete(call)
    return pending
  }

  rejectAllOf(connection: ConnectionId, error: Error): void {
    this.#rejectWhere((pending) => pending.connection === connection, error)
  }

  rejectAll(error: Error): void {
    this.#rejectWhere(() => true, error)
  }

  #rejectWhere(isMeant: (pending: PendingCall) => boolean, error: Error): void {
    for (const [call, pending] of this.#pending) {
      if (isMeant(pending)) {
        this.#pending.delete(call)
        pending.reject(error)
      }
    }
  }
}
