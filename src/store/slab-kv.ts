/**
 * A `Kv` that keeps the bytes of blocks in a slab of files and all else, their slots too, in another `Kv`, the index.
 *
 *   put of a block ─▶ lowest free slot written ─▶ index: block → slot, slot → digest, group “open”   one transaction
 *   durable write, or 8 MiB unflushed ─▶ flush the files, then the index says that no group is open
 *   open ─▶ used slots from the index; blocks of groups left open are hashed again: those that a power cut took are forgotten
 *
 * Bytes are in the file before the index names them, and slots are used again only once the index has let go of them for
 * good, with the next durable write, so a crash or power cut leaves nothing but free slots. A block of another size than a
 * slot’s, and every block where there are no files or no slot is at hand, is kept in the index itself; so a database from
 * before the slab is read as it is.
 */
import { isQuireError, QuireError } from '../errors.ts'
import { sha256 } from '../merkle/hasher.ts'
import type { AbortOptions } from './block-store.ts'
import { syncKv } from './block-uses.ts'
import { forgetBlocks } from './forgotten-blocks.ts'
import { type Kv, type KvReader, type KvWriteOptions, type KvWriter, textOfKey } from './kv.ts'
import { readerOf, SlabChange } from './slab-change.ts'
import { encodeSlots, readBlocksOf, readNumbers, readOpen, recordKey } from './slab-records.ts'
import { type Slab, SlotMap } from './slab.ts'

/** A flush holds the thread for as long as the disk takes. */
const MAX_UNFLUSHED_BYTES = 8 << 20
/** With fewer free slots a segment is added, beside the writing. */
const MIN_FREE_SLOTS = 1024
/** With so many freed slots that wait for a durable write, the next write is one: 64 MiB. */
const MAX_FREED_SLOTS = 1024

export class SlabKv implements Kv {
  readonly #index: Kv
  readonly #slab: Slab
  readonly #openGroups = new Set<number>()
  /** Slots that the index let go of since the last durable write: a power cut could make it name them again. */
  readonly #freed: number[] = []
  #slots = new SlotMap()
  #nextGroup = 0
  #unflushedBytes = 0
  #opening: Promise<void> | undefined
  #growing: Promise<void> | undefined
  #state: 'closed' | 'open' | 'without-slab' = 'closed'

  constructor(components: { index: Kv; slab: Slab }) {
    this.#index = components.index
    this.#slab = components.slab
  }

  get hasFiles(): boolean {
    return this.#state === 'open'
  }

  /** Space in the files that no block uses, so that blocks can be stored without a growing file. */
  get spareBytes(): number {
    if (this.#state !== 'open') return 0
    const heldCount = this.#heldSlots().reduce((sum, held) => sum + held, 0)
    return Math.max(0, heldCount - this.#slots.usedCount) * this.#slab.slotBytes
  }

  async open(options?: AbortOptions): Promise<void> {
    this.#opening ??= this.#open(options)
    try {
      await this.#opening
    } catch (error) {
      this.#opening = undefined
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#growing
    this.#state = 'closed'
    this.#opening = undefined
    await this.#index.close()
    this.#slab.close()
  }

  async read<T>(work: (tx: KvReader) => Promise<T>): Promise<T> {
    return this.#index.read((tx) => work(readerOf(tx, this.#slab)))
  }

  async write<T>(work: (tx: KvWriter) => Promise<T>, options: KvWriteOptions = {}): Promise<T> {
    const isDurable = options.isDurable === true || this.#freed.length >= MAX_FREED_SLOTS
    const change = new SlabChange(this.#slab, this.#slots)
    let flushedGroups: readonly number[] = []
    // What fails after the work may have been written, unless the store was full.
    let isCommitUncertain = false
    let result: T
    try {
      result = await this.#index.write(
        async (tx) => {
          // The index runs a transaction again that it lost.
          change.undo({ isCommitUncertain })
          isCommitUncertain = false
          const value = await work(change.writerOf(tx))
          await change.settle()
          flushedGroups = this.#record(tx, change, isDurable)
          isCommitUncertain = true
          return value
        },
        { isDurable },
      )
    } catch (error) {
      change.undo({ isCommitUncertain: isCommitUncertain && !isQuireError(error, 'ERR_STORE_FULL') })
      throw error
    }
    for (const group of flushedGroups) this.#openGroups.delete(group)
    for (const slot of change.freed) this.#freed.push(slot)
    if (isDurable) this.#release()
    this.#growInTime()
    return result
  }

  /** Flushes, or notes that a group is not flushed; gives the groups that are on the disk. */
  #record(tx: KvWriter, { taken }: SlabChange, isDurable: boolean): readonly number[] {
    this.#unflushedBytes += taken.length * this.#slab.slotBytes
    if (isDurable || this.#unflushedBytes >= MAX_UNFLUSHED_BYTES) {
      const groups = [...this.#openGroups]
      this.#slab.flush()
      this.#unflushedBytes = 0
      for (const group of groups) tx.delete('meta', recordKey('open:', group))
      return groups
    }
    if (taken.length === 0) return []
    const group = this.#nextGroup++
    this.#openGroups.add(group)
    tx.put('meta', recordKey('open:', group), encodeSlots(taken))
    return []
  }

  async #open(options?: AbortOptions): Promise<void> {
    await this.#index.open(options)
    const [used, groups] = await this.#index.read((tx) =>
      Promise.all([readNumbers(tx, 'slot:'), readNumbers(tx, 'open:')]),
    )
    this.#slots = new SlotMap()
    this.#freed.length = 0
    this.#nextGroup = (groups.at(-1) ?? -1) + 1
    this.#state = (await this.#openSlab(used.length > 0)) ? 'open' : 'without-slab'
    if (this.#state !== 'open') return
    // A crash before this start left writes that a power cut could still take: only now are the other slots free.
    await syncKv(this.#index)
    const { segmentCount, slotsPerSegment } = this.#slab
    this.#slots.resize(segmentCount * slotsPerSegment)
    for (const slot of used) this.#slots.mark(slot)
    await this.#forgetLost(this.#cutOff(used), groups)
    this.#clearEmpty(new Set(Array(segmentCount).keys()))
    this.#growInTime()
  }

  /** False where there are no files and none are needed. */
  async #openSlab(isNeeded: boolean): Promise<boolean> {
    try {
      await this.#slab.open()
      return true
    } catch (cause) {
      if (!isNeeded) return false
      await this.#index.close()
      if (isQuireError(cause, 'ERR_NODE_UNREACHABLE')) throw cause
      const message = 'The files with this site’s blocks cannot be opened.'
      throw new QuireError('ERR_STORE_UNAVAILABLE', message, { cause })
    }
  }

  /** Used slots that lie behind the end of their files. */
  #cutOff(used: readonly number[]): number[] {
    const { slotsPerSegment } = this.#slab
    const held = this.#heldSlots()
    return used.filter((slot) => slot % slotsPerSegment >= (held[Math.floor(slot / slotsPerSegment)] ?? 0))
  }

  #heldSlots(): number[] {
    return Array.from({ length: this.#slab.segmentCount }, (_, segment) => this.#slab.heldSlots(segment))
  }

  /** Blocks whose files are gone or whose bytes did not reach the disk are missing from now on, and can be fetched again. */
  async #forgetLost(cutOff: readonly number[], groups: readonly number[]): Promise<void> {
    const [lost, open] = await this.#index.read((tx) => Promise.all([readBlocksOf(tx, cutOff), readOpen(tx, groups)]))
    const digests = new Set(lost.map(({ digest }) => textOfKey(digest)))
    for (const { slot, digest } of open) {
      const bytes = digests.has(textOfKey(digest)) ? undefined : this.#slab.read(slot)
      const isWhole = bytes !== undefined && textOfKey(await sha256(bytes)) === textOfKey(digest)
      if (!isWhole) digests.add(textOfKey(digest))
    }
    if (digests.size > 0) await forgetBlocks(this, { digests, blockSizeBytes: this.#slab.slotBytes })
    if (groups.length === 0) return
    for (const group of groups) this.#openGroups.add(group)
    await this.write(async () => undefined, { isDurable: true })
  }

  #release(): void {
    const freed = this.#freed.splice(0)
    for (const slot of freed) this.#slots.give(slot)
    this.#clearEmpty(new Set(freed.map((slot) => Math.floor(slot / this.#slab.slotsPerSegment))))
  }

  #clearEmpty(segments: ReadonlySet<number>): void {
    const { slotsPerSegment } = this.#slab
    for (const segment of segments) {
      if (this.#slots.isEmpty(segment * slotsPerSegment, slotsPerSegment)) this.#slab.clear(segment)
    }
  }

  #growInTime(): void {
    if (this.#state !== 'open' || this.#growing !== undefined || this.#slots.freeCount >= MIN_FREE_SLOTS) return
    const grow = async (): Promise<void> => {
      try {
        await this.#slab.grow()
        this.#slots.resize(this.#slab.segmentCount * this.#slab.slotsPerSegment)
      } catch {
        // Blocks go into the index meanwhile; the next write tries again.
      } finally {
        this.#growing = undefined
      }
    }
    this.#growing = grow()
  }
}
