import type { KvReader, KvWriter } from './kv.ts'
import { encodeReference, recordKey, slotOf } from './slab-records.ts'
import type { Slab, SlotMap } from './slab.ts'

/** What one write transaction does to the slots; those that it frees are given back by `SlabKv`. */
export class SlabChange {
  readonly #slab: Slab
  readonly #slots: SlotMap
  readonly #deletions: Promise<void>[] = []
  readonly taken: number[] = []
  readonly freed: number[] = []

  constructor(slab: Slab, slots: SlotMap) {
    this.#slab = slab
    this.#slots = slots
  }

  writerOf(tx: KvWriter): KvWriter {
    return {
      ...readerOf(tx, this.#slab),
      put: (table, key, value) => tx.put(table, key, table === 'blocks' ? this.#place(tx, key, value) : value),
      delete: (table, key) => {
        if (table === 'blocks') this.#deletions.push(this.#free(tx, key))
        tx.delete(table, key)
      },
    }
  }

  /** Waits, inside the transaction, for what it frees. */
  async settle(): Promise<void> {
    await Promise.all(this.#deletions)
  }

  /**
   * It can be made again from its beginning. Where the index may have committed it all the same, the slots that it took stay
   * taken until the next `open` counts them, for another block in them would be believed to be this one.
   */
  undo({ isCommitUncertain }: { isCommitUncertain: boolean }): void {
    const taken = this.taken.splice(0)
    if (!isCommitUncertain) for (const slot of taken) this.#slots.give(slot)
    this.freed.length = 0
    this.#deletions.length = 0
  }

  /** What the index keeps of a block: the name of its slot, or the block itself where no slot is to be had. */
  #place(tx: KvWriter, key: Uint8Array, value: Uint8Array): Uint8Array {
    if (value.byteLength !== this.#slab.slotBytes) return value
    const slot = this.#slots.take()
    if (slot === undefined) return value
    this.taken.push(slot)
    this.#slab.write(slot, value)
    tx.put('meta', recordKey('slot:', slot), key)
    return encodeReference(slot)
  }

  async #free(tx: KvWriter, key: Uint8Array): Promise<void> {
    const value = await tx.get('blocks', key)
    const slot = value && slotOf(value)
    if (slot === undefined) return
    tx.delete('meta', recordKey('slot:', slot))
    this.freed.push(slot)
  }
}

/** Reads of the index, where a block that names a slot is read from it. */
export function readerOf(tx: KvReader, slab: Slab): KvReader {
  return {
    has: (table, key) => tx.has(table, key),
    keys: (table, range) => tx.keys(table, range),
    async entries(table, range) {
      const entries = await tx.entries(table, range)
      if (table !== 'blocks') return entries
      return entries.flatMap(({ key, value }) => {
        const slot = slotOf(value)
        const bytes = slot === undefined ? value : slab.read(slot)
        return bytes === undefined ? [] : [{ key, value: bytes }]
      })
    },
    async get(table, key) {
      const value = await tx.get(table, key)
      const slot = table === 'blocks' && value !== undefined ? slotOf(value) : undefined
      return slot === undefined ? value : slab.read(slot)
    },
  }
}
