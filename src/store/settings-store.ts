/** Small values that outlive the page or process, e.g. the peer key; one database with the blocks. */
import type { Kv } from './kv.ts'

export interface SettingsStore {
  get(key: string): Promise<Uint8Array | undefined>
  /** Resolves when the value survives a power cut. Errors: `ERR_STORE_FULL`, `ERR_STORE_FAILED`. */
  set(key: string, value: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** Settings in a `Kv` of their own connection, which the first call opens. Errors of it: `ERR_STORE_UNAVAILABLE`. */
export class KvSettings implements SettingsStore {
  readonly #kv: Kv

  constructor(kv: Kv) {
    this.#kv = kv
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    await this.#kv.open()
    return this.#kv.read((tx) => tx.get('settings', new TextEncoder().encode(key)))
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    await this.#kv.open()
    await this.#kv.write(async (tx) => tx.put('settings', new TextEncoder().encode(key), value), { isDurable: true })
  }

  async close(): Promise<void> {
    await this.#kv.close()
  }
}
