/** A list of callbacks for one kind of event. */
import type { NetworkLog } from './network-log.ts'

export class Listeners<T> {
  readonly #callbacks = new Set<(value: T) => void>()
  readonly #log: NetworkLog

  constructor(log: NetworkLog) {
    this.#log = log
  }

  /** Calls `callback` on each event from now on; returns the unsubscribe. */
  add(callback: (value: T) => void): () => void {
    // A function of its own, so that the same callback may be added twice and each unsubscribe removes its own.
    const entry = (value: T): void => callback(value)
    this.#callbacks.add(entry)
    return () => void this.#callbacks.delete(entry)
  }

  /** Tells every listener; one that throws does not keep the others from hearing. */
  emit(value: T): void {
    for (const callback of this.#callbacks) {
      try {
        callback(value)
      } catch (error) {
        this.#log('error', 'a listener failed', { error })
      }
    }
  }
}
