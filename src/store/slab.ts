/**
 * Fixed-size slots in files, for the bytes of blocks; what is in which slot is known to `slab-kv.ts` alone.
 *
 * Slots are numbered through all segments (files) from 0. Reading and writing are synchronous, so that they can happen
 * inside a transaction of the index.
 */
export interface Slab {
  readonly slotBytes: number
  readonly slotsPerSegment: number
  /** Segments that can be written; 0 before `open`. */
  readonly segmentCount: number
  /** Errors: `ERR_STORE_UNAVAILABLE` (the browser has no such files), `ERR_NODE_UNREACHABLE` (another tab keeps them open). */
  open(): Promise<void>
  close(): void
  /** Whole slots that a segment’s file is long enough for; 0 for one that is not here. */
  heldSlots(segment: number): number
  /** Adds a segment at the end. */
  grow(): Promise<void>
  /** Errors: `ERR_STORE_FULL`, `ERR_STORE_FAILED`. */
  write(slot: number, bytes: Uint8Array): void
  /** A new array; undefined where the file ends before the slot does. Errors: `ERR_STORE_FAILED`. */
  read(slot: number): Uint8Array<ArrayBuffer> | undefined
  /** What was written survives a power cut from here on. Errors: `ERR_STORE_FULL`, `ERR_STORE_FAILED`. */
  flush(): void
  /** Gives the disk space of a segment back, in which no slot is used. */
  clear(segment: number): void
}

/** Which slots are used; takes the lowest free one, so that the last segments become empty first. */
export class SlotMap {
  #used: Uint8Array<ArrayBuffer> = new Uint8Array()
  #usedCount = 0
  /** No slot below it is free. */
  #firstFree = 0

  get usedCount(): number {
    return this.#usedCount
  }

  get freeCount(): number {
    return this.#used.byteLength - this.#usedCount
  }

  resize(slotCount: number): void {
    const larger = new Uint8Array(slotCount)
    larger.set(this.#used.subarray(0, slotCount))
    this.#used = larger
  }

  /** Undefined where all are used. */
  take(): number | undefined {
    const slot = this.freeCount === 0 ? -1 : this.#used.indexOf(0, this.#firstFree)
    if (slot < 0) return undefined
    this.mark(slot)
    this.#firstFree = slot + 1
    return slot
  }

  mark(slot: number): void {
    if (this.#used[slot] === 0) this.#usedCount++
    this.#used[slot] = 1
  }

  give(slot: number): void {
    if (this.#used[slot] === 1) this.#usedCount--
    this.#used[slot] = 0
    this.#firstFree = Math.min(this.#firstFree, slot)
  }

  isEmpty(firstSlot: number, count: number): boolean {
    return !this.#used.subarray(firstSlot, firstSlot + count).includes(1)
  }
}
