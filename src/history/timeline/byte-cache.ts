/** What was read last, up to a number of bytes; the longest unused goes first. */
export class ByteCache<T extends { readonly sizeBytes: number }> {
  readonly #maxBytes: number
  readonly #items = new Map<string, T>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get heldBytes(): number {
    return this.#bytes
  }

  get(key: string): T | undefined {
    const item = this.#items.get(key)
    if (item === undefined) return undefined
    this.#items.delete(key)
    this.#items.set(key, item)
    return item
  }

  set(key: string, item: T): void {
    this.delete(key)
    this.#items.set(key, item)
    this.#bytes += item.sizeBytes
    for (const oldest of this.#items.keys()) {
      if (this.#bytes <= this.#maxBytes) return
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    const item = this.#items.get(key)
    if (item === undefined) return
    this.#items.delete(key)
    this.#bytes -= item.sizeBytes
  }
}
