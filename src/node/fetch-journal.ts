import { MAX_ADDRESS_CHARACTERS, MAX_LINK_ADDRESSES } from '../codec/link-addresses.ts'
import type { SettingsStore } from '../store/settings-store.ts'
import type { NetworkLog } from './node-parts.ts'

const KEY = 'fetches'

/** A fetch that is not done: what the next start needs to go on with it. */
export interface FetchRecord {
  /** Text of the manifest CID. */
  readonly cid: string
  /** Where links said that holders were; at most 8. */
  readonly addresses: readonly string[]
  readonly isPaused: boolean
  readonly startedAtMs: number
}

interface FetchJournalComponents {
  readonly settings: Pick<SettingsStore, 'get' | 'set'>
  readonly log: NetworkLog
}

/**
 * The fetches that a person asked for and that have not ended, kept over reloads and crashes.
 *
 * One value, written as a whole after each change; changes that come while it is written are written together. A write that
 * fails is logged: the fetch itself goes on.
 */
export class FetchJournal {
  readonly #components: FetchJournalComponents
  readonly #records = new Map<string, FetchRecord>()
  #writing: Promise<void> | undefined
  #isDirty = false

  constructor(components: FetchJournalComponents) {
    this.#components = components
  }

  /** Reads what the last run left, the oldest first; a record that cannot be read is left out. */
  async load(): Promise<FetchRecord[]> {
    try {
      const bytes = await this.#components.settings.get(KEY)
      if (bytes === undefined) return []
      for (const record of recordsOf(JSON.parse(new TextDecoder().decode(bytes)))) this.#records.set(record.cid, record)
    } catch (error) {
      this.#components.log('warn', 'the list of fetches could not be read', { error })
    }
    return [...this.#records.values()].toSorted((a, b) => a.startedAtMs - b.startedAtMs)
  }

  has(cid: string): boolean {
    return this.#records.has(cid)
  }

  put(record: FetchRecord): void {
    this.#records.set(record.cid, record)
    this.#write()
  }

  remove(cid: string): void {
    if (this.#records.delete(cid)) this.#write()
  }

  /** Resolves when every change so far is written, or has failed to be. */
  async settled(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
  }

  #write(): void {
    this.#isDirty = true
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined))
  }

  async #writeAll(): Promise<void> {
    // Changes of the same task are written together.
    await Promise.resolve()
    while (this.#isDirty) {
      this.#isDirty = false
      const text = JSON.stringify([...this.#records.values()])
      try {
        await this.#components.settings.set(KEY, new TextEncoder().encode(text))
      } catch (error) {
        this.#components.log('warn', 'the list of fetches could not be written', { error })
      }
    }
  }
}

function recordsOf(value: unknown): FetchRecord[] {
  return Array.isArray(value) ? value.flatMap((item) => recordOf(item) ?? []) : []
}

function recordOf(value: unknown): FetchRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (!('cid' in value && 'addresses' in value && 'isPaused' in value && 'startedAtMs' in value)) return undefined
  const { cid, addresses, isPaused, startedAtMs } = value
  if (typeof cid !== 'string' || typeof isPaused !== 'boolean' || typeof startedAtMs !== 'number') return undefined
  return { cid, addresses: mergedAddresses(Array.isArray(addresses) ? addresses : []), isPaused, startedAtMs }
}

/** Addresses of several links, each once, those given first kept where there are too many. */
export function mergedAddresses(...lists: readonly (readonly unknown[])[]): string[] {
  const texts = lists.flat().filter((address) => typeof address === 'string')
  return [...new Set(texts)].filter(({ length }) => length <= MAX_ADDRESS_CHARACTERS).slice(0, MAX_LINK_ADDRESSES)
}
