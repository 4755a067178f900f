/** Hash-ratchet keys of encrypted communities that this device holds. */
import { toHex } from '../crypto/hex.ts'
import { type GroupKey, type GroupKeys, groupKeyOf, makeGroupKey } from '../crypto/hash-ratchet.ts'
import { sameBytes } from '../../codec/same-bytes.ts'
import { Mutex } from '../../store/mutex.ts'
import type { HistorySettings } from '../ports.ts'
import { type GroupKeyRecord, loadGroupKeys, saveGroupKeys } from './key-records.ts'
import { readGroupKeys, writeGroupKeys } from './key-text.ts'

/** Each has 600 characters at most, and a text 65,536. */
const KEYS_A_TEXT = 100

export class GroupKeyRing implements GroupKeys {
  readonly #settings: HistorySettings
  readonly #turns = new Mutex()
  /** By key id. */
  #records: ReadonlyMap<string, GroupKeyRecord> = new Map()

  constructor(settings: HistorySettings) {
    this.#settings = settings
  }

  /** Errors: `ERR_STORE_FAILED`. */
  async start(): Promise<void> {
    this.#records = new Map((await loadGroupKeys(this.#settings)).map((record) => [toHex(record.key.keyId), record]))
  }

  get(keyId: Uint8Array): Uint8Array | undefined {
    return this.#records.get(toHex(keyId))?.key.key
  }

  /** Of a community or channel; what is sealed now is sealed with this. */
  newest(groupId: Uint8Array): GroupKey | undefined {
    return this.#keysOf((id) => sameBytes(id, groupId)).at(-1)
  }

  /** Makes a key where a group has none. Errors: `ERR_STORE_FULL`, `ERR_STORE_FAILED`. */
  async ensure(groupId: Uint8Array, nowMs: number): Promise<GroupKey> {
    const key = this.newest(groupId) ?? makeGroupKey(groupId, nowMs)
    await this.#add([key])
    return key
  }

  /** The next position of a key, never given twice; positions that were never used do no harm. */
  async takeSeqNo(keyId: Uint8Array): Promise<number> {
    return this.#turns.run(async () => {
      const id = toHex(keyId)
      const record = this.#records.get(id)
      const usedSeqNo = (record?.usedSeqNo ?? 0) + 1
      if (record !== undefined) await this.#save(new Map([...this.#records, [id, { ...record, usedSeqNo }]]))
      return usedSeqNo
    })
  }

  /**
   * Resolves with those that are new. `pick` chooses among the keys in the text, and may refuse them all by an error.
   *
   * Errors: `ERR_GROUP_KEY_INVALID`, `ERR_STORE_FULL`, `ERR_STORE_FAILED`.
   */
  async addText(
    text: string,
    pick: (keys: readonly GroupKey[]) => readonly GroupKey[] = (keys) => keys,
  ): Promise<readonly GroupKey[]> {
    const keys = readGroupKeys(text).map(({ groupId, timestampMs, key }) => groupKeyOf(groupId, timestampMs, key))
    return this.#add(pick(keys))
  }

  /** The text for `addText` on another device: keys of every group that `isWanted`; empty where none is held. */
  text(isWanted: (groupId: Uint8Array) => boolean): string {
    const keys = this.#keysOf(isWanted)
    // A heading over no key looks as if there were something to hand out.
    return keys.length === 0 ? '' : writeGroupKeys(keys)
  }

  /** All keys, in texts that `addText` takes. */
  backup(): readonly string[] {
    const keys = this.#keysOf(() => true)
    const count = Math.ceil(keys.length / KEYS_A_TEXT)
    return Array.from({ length: count }, (_, i) => writeGroupKeys(keys.slice(i * KEYS_A_TEXT, (i + 1) * KEYS_A_TEXT)))
  }

  #keysOf(isWanted: (groupId: Uint8Array) => boolean): GroupKey[] {
    return [...this.#records.values()]
      .map(({ key }) => key)
      .filter(({ groupId }) => isWanted(groupId))
      .sort((a, b) => a.timestampMs - b.timestampMs)
  }

  async #add(keys: readonly GroupKey[]): Promise<readonly GroupKey[]> {
    return this.#turns.run(async () => {
      const fresh = keys.filter(({ keyId }) => !this.#records.has(toHex(keyId)))
      const added = fresh.map((key) => [toHex(key.keyId), { key, usedSeqNo: 0 }] as const)
      if (fresh.length > 0) await this.#save(new Map([...this.#records, ...added]))
      return fresh
    })
  }

  async #save(records: ReadonlyMap<string, GroupKeyRecord>): Promise<void> {
    await saveGroupKeys(this.#settings, records.values())
    this.#records = records
  }
}
