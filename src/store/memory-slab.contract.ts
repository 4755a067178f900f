import { QuireError } from '../errors.ts'
import type { Slab } from './slab.ts'

/** What is on the disk, and outlives the slabs that are opened on it. */
export class SlabDisk {
  readonly slots = new Map<number, Uint8Array>()
  readonly unflushed = new Set<number>()
  segmentCount = 0
  owner: MemorySlab | undefined

  /** Loses what was not flushed. */
  cutPower(): void {
    for (const slot of this.unflushed) this.slots.set(slot, new Uint8Array(this.slots.get(slot)?.byteLength ?? 0))
    this.unflushed.clear()
  }
}

/** A slab in memory, whose files one owner may hold at a time; a new one takes them, as the old one has crashed. */
export class MemorySlab implements Slab {
  readonly slotBytes = 4096
  readonly slotsPerSegment: number
  readonly #disk: SlabDisk
  isUnavailable = false
  isHeldElsewhere = false
  isFull = false

  constructor(disk: SlabDisk, { slotsPerSegment = 512 }: { slotsPerSegment?: number } = {}) {
    this.#disk = disk
    this.slotsPerSegment = slotsPerSegment
  }

  get segmentCount(): number {
    return this.#disk.segmentCount
  }

  async open(): Promise<void> {
    if (this.isHeldElsewhere) throw new QuireError('ERR_NODE_UNREACHABLE', 'Another tab has them open.')
    if (this.isUnavailable) throw new QuireError('ERR_STORE_UNAVAILABLE', 'There are no files here.')
    this.#disk.owner = this
    if (this.#disk.segmentCount === 0) await this.grow()
  }

  close(): void {
    if (this.#disk.owner === this) this.#disk.owner = undefined
  }

  heldSlots(segment: number): number {
    const first = segment * this.slotsPerSegment
    const slots = [...this.#disk.slots.keys()].filter((slot) => slot >= first && slot < first + this.slotsPerSegment)
    return Math.max(0, ...slots.map((slot) => slot - first + 1))
  }

  async grow(): Promise<void> {
    this.#disk.segmentCount++
  }

  write(slot: number, bytes: Uint8Array): void {
    this.#check(slot)
    if (this.isFull) throw new QuireError('ERR_STORE_FULL', 'The disk is full.')
    this.#disk.slots.set(slot, bytes.slice())
    this.#disk.unflushed.add(slot)
  }

  read(slot: number): Uint8Array<ArrayBuffer> | undefined {
    this.#check(slot)
    return this.#disk.slots.get(slot)?.slice()
  }

  flush(): void {
    this.#disk.unflushed.clear()
  }

  clear(segment: number): void {
    const first = segment * this.slotsPerSegment
    for (let slot = first; slot < first + this.slotsPerSegment; slot++) this.#disk.slots.delete(slot)
  }

  #check(slot: number): void {
    const isHere = this.#disk.owner === this && slot < this.segmentCount * this.slotsPerSegment
    if (!isHere) throw new QuireError('ERR_STORE_FAILED', 'The files of the store do not answer.')
  }
}
