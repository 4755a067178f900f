/** A run of block indices: `start` … `start + count - 1`. */
export interface BlockRange {
  readonly start: number
  readonly count: number
}

/**
 * Which blocks of a dataset are there: one bit for each index 0 … blockCount - 1.
 *
 * Indices and ranges outside are ignored, so a peer’s claims can be added as they come. Bytes: bit i is byte `i >> 3`, bit
 * `i & 7`; `blockCount / 8` bytes in all, so check the block count first (`checkManifest`).
 */
export class BlockSet {
  readonly blockCount: number
  readonly #bits: Uint8Array
  #size = 0

  /** `bytes` as `toBytes` gives them; they are copied, missing ones are empty, bits beyond `blockCount` are dropped. */
  constructor(blockCount: number, bytes?: Uint8Array) {
    this.blockCount = blockCount
    this.#bits = new Uint8Array(Math.ceil(blockCount / 8))
    if (bytes !== undefined) this.#load(bytes)
  }

  /** How many blocks are in the set. */
  get size(): number {
    return this.#size
  }

  get isComplete(): boolean {
    return this.#size === this.blockCount
  }

  has(index: number): boolean {
    return this.#isInside(index) && (this.#byte(index) & bit(index)) !== 0
  }

  /** True where the block was not in the set. */
  add(index: number): boolean {
    if (!this.#isInside(index) || this.has(index)) return false
    this.#bits[byteOf(index)] = this.#byte(index) | bit(index)
    this.#size++
    return true
  }

  /** True where the block was in the set. */
  delete(index: number): boolean {
    if (!this.has(index)) return false
    this.#bits[byteOf(index)] = this.#byte(index) & ~bit(index)
    this.#size--
    return true
  }

  /** Adds a run; what lies outside is cut off. */
  addRange(start: number, count: number): void {
    const first = Math.max(0, start)
    const end = Math.min(this.blockCount, start + count)
    for (let index = first; index < end;) {
      if ((index & 7) === 0 && index + 8 <= end) {
        const before = this.#byte(index)
        this.#bits[byteOf(index)] = 0xff
        this.#size += 8 - ones(before)
        index += 8
      } else {
        this.add(index)
        index++
      }
    }
  }

  /** Adds what `other` has; indices beyond this set’s end are left out. */
  addAll(other: BlockSet): void {
    // The last byte of a longer set may hold blocks that this one does not have.
    const bits = other.blockCount === this.blockCount ? other.#bits : new BlockSet(this.blockCount, other.#bits).#bits
    for (let at = 0; at < bits.byteLength; at++) {
      const before = this.#bits[at] ?? 0
      const after = before | (bits[at] ?? 0)
      if (after === before) continue
      this.#bits[at] = after
      this.#size += ones(after) - ones(before)
    }
  }

  /** Runs of blocks that are there, in `start` … `end` (exclusive), ascending. */
  ranges(start = 0, end = this.blockCount): Generator<BlockRange> {
    return this.#runs(true, start, end)
  }

  /** Runs of blocks that are not there, in `start` … `end` (exclusive), ascending. */
  missing(start = 0, end = this.blockCount): Generator<BlockRange> {
    return this.#runs(false, start, end)
  }

  /** How many blocks of a run are there. */
  countIn(start: number, count: number): number {
    const end = Math.min(this.blockCount, start + count)
    let found = 0
    for (let index = Math.max(0, start); index < end;) {
      if ((index & 7) === 0 && index + 8 <= end) {
        found += ones(this.#byte(index))
        index += 8
      } else {
        if (this.has(index)) found++
        index++
      }
    }
    return found
  }

  clone(): BlockSet {
    return new BlockSet(this.blockCount, this.#bits)
  }

  /** A copy of the bitmap. */
  toBytes(): Uint8Array {
    return this.#bits.slice()
  }

  *#runs(present: boolean, start: number, end: number): Generator<BlockRange> {
    const stop = Math.min(this.blockCount, end)
    let index = this.#next(present, Math.max(0, start), stop)
    while (index < stop) {
      const after = this.#next(!present, index, stop)
      yield { start: index, count: after - index }
      index = this.#next(present, after, stop)
    }
  }

  /** The first index from `from` on whose presence is as asked, or `stop`; steps over bytes that are all alike. */
  #next(present: boolean, from: number, stop: number): number {
    const alike = present ? 0x00 : 0xff
    let index = from
    while (index < stop) {
      if ((index & 7) === 0 && this.#byte(index) === alike) index += 8
      else if (this.has(index) === present) return index
      else index++
    }
    return stop
  }

  #load(bytes: Uint8Array): void {
    this.#bits.set(bytes.subarray(0, this.#bits.byteLength))
    const spare = this.blockCount & 7
    const last = this.#bits.byteLength - 1
    if (spare !== 0) this.#bits[last] = (this.#bits[last] ?? 0) & ((1 << spare) - 1)
    for (const byte of this.#bits) this.#size += ones(byte)
  }

  #byte(index: number): number {
    return this.#bits[byteOf(index)] ?? 0
  }

  #isInside(index: number): boolean {
    return Number.isInteger(index) && index >= 0 && index < this.blockCount
  }
}

function byteOf(index: number): number {
  return Math.floor(index / 8)
}

function bit(index: number): number {
  return 1 << (index & 7)
}

function ones(byte: number): number {
  const pairs = byte - ((byte >> 1) & 0x55)
  const nibbles = (pairs & 0x33) + ((pairs >> 2) & 0x33)
  return (nibbles + (nibbles >> 4)) & 0x0f
}
