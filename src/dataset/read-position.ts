/** The block that a reader waits for now; whatever else it asked for is read ahead and may come later. */
export class ReadPosition {
  #waitsFor: number | undefined
  readonly #listeners = new Set<() => void>()

  get waitsFor(): number | undefined {
    return this.#waitsFor
  }

  /** `listener` is called whenever the reader begins to wait for a block, until the function given back is called. */
  onWait(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  waitFor(index: number): void {
    this.#waitsFor = index
    for (const listener of this.#listeners) listener()
  }
}
