/** Runs pieces of asynchronous work one after the other, in the order asked; a failure stops none of those behind it. */
export class Mutex {
  #tail: Promise<unknown> = Promise.resolve()

  async run<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#tail
    const own = before.then(work)
    // The failure belongs to the caller, who has `own`.
    this.#tail = own.catch(() => undefined)
    return own
  }
}
