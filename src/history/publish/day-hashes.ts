import { textOfKey } from '../../store/kv.ts'

const HASH_BYTES = 16
const HEAD_BYTES = 4

/** The first 16 bytes of each hash of one day, after the number of the record that takes what comes next (4 bytes). */
export class DayHashes {
  recordNumber: number
  readonly #known: Set<string>

  constructor(record: Uint8Array | undefined) {
    this.recordNumber = record === undefined ? 0 : new DataView(record.buffer, record.byteOffset).getUint32(0)
    this.#known = new Set()
    for (let start = HEAD_BYTES; start < (record?.byteLength ?? 0); start += HASH_BYTES) {
      this.#known.add(textOfKey(record?.subarray(start, start + HASH_BYTES) ?? new Uint8Array()))
    }
  }

  /** False where it was known. */
  add(hash: Uint8Array): boolean {
    const padded = new Uint8Array(HASH_BYTES)
    padded.set(hash.subarray(0, HASH_BYTES))
    const text = textOfKey(padded)
    if (this.#known.has(text)) return false
    this.#known.add(text)
    return true
  }

  encode(): Uint8Array {
    const record = new Uint8Array(HEAD_BYTES + this.#known.size * HASH_BYTES)
    new DataView(record.buffer).setUint32(0, this.recordNumber)
    let offset = HEAD_BYTES
    for (const text of this.#known) {
      for (let index = 0; index < HASH_BYTES; index++) record[offset++] = text.charCodeAt(index)
    }
    return record
  }
}
