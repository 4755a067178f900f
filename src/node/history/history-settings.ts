import type { HistorySettings } from '../../history/ports.ts'
import type { HistoryKv } from '../../store/history-kv.ts'

/** The small values of the history service, in a database that is open. */
export class KvHistorySettings implements HistorySettings {
  readonly #kv: HistoryKv

  constructor(kv: HistoryKv) {
    this.#kv = kv
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#kv.read((tx) => tx.get('settings', new TextEncoder().encode(key)))
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    await this.#kv.write(async (tx) => tx.put('settings', new TextEncoder().encode(key), value), { isDurable: true })
  }

  async delete(key: string): Promise<void> {
    await this.#kv.write(async (tx) => tx.delete('settings', new TextEncoder().encode(key)), { isDurable: true })
  }
}

/** A value kept as JSON; undefined where there is none, or one that does not parse. */
export async function readJson(settings: HistorySettings, key: string): Promise<unknown> {
  const bytes = await settings.get(key)
  if (bytes === undefined) return undefined
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    // Written whole or not at all, so this is another version’s: the caller goes on with its defaults.
    return undefined
  }
}

export async function writeJson(settings: HistorySettings, key: string, value: unknown): Promise<void> {
  await settings.set(key, new TextEncoder().encode(JSON.stringify(value)))
}
