import type { CommunityId } from '../../history/ids.ts'
import type { HistorySettings } from '../../history/ports.ts'
import { readJson, writeJson } from './history-settings.ts'

/** What this device keeps of a community beside its follower’s own record. */
export interface CommunityRecord {
  readonly id: CommunityId
  /** Multiaddrs of those who may answer, from the links that were opened. */
  readonly addresses: readonly string[]
  readonly partitionDays: number
  readonly isSearchPublished: boolean
  /** Key pair of its own: messages are encrypted with group keys. */
  readonly isEncrypted: boolean
}

const KEY = 'communities'
const MAX_ADDRESSES = 16
const DEFAULTS = { addresses: [], partitionDays: 7, isEncrypted: false }

/** The communities of this device, in the order in which they came; kept over restarts. */
export class CommunityList {
  readonly #settings: HistorySettings
  readonly #records = new Map<CommunityId, CommunityRecord>()

  constructor(settings: HistorySettings) {
    this.#settings = settings
  }

  /** Entries that cannot be read are left out. */
  async restore(): Promise<readonly CommunityRecord[]> {
    const kept = await readJson(this.#settings, KEY)
    for (const entry of Array.isArray(kept) ? kept : []) {
      const record = recordOf(entry)
      if (record !== undefined) this.#records.set(record.id, record)
    }
    return [...this.#records.values()]
  }

  get(id: CommunityId): CommunityRecord | undefined {
    return this.#records.get(id)
  }

  /** Enters a community, or changes what is known of it; addresses are added to those before, the newest first. */
  async put(id: CommunityId, change: Partial<Omit<CommunityRecord, 'id'>>): Promise<CommunityRecord> {
    // Words of an encrypted community leave the device only when its owner says so, though they are sealed.
    const before = this.#records.get(id) ?? { id, ...DEFAULTS, isSearchPublished: change.isEncrypted !== true }
    const addresses = [...new Set([...(change.addresses ?? []), ...before.addresses])].slice(0, MAX_ADDRESSES)
    const record = { ...before, ...change, addresses }
    this.#records.set(id, record)
    await this.#write()
    return record
  }

  async delete(id: CommunityId): Promise<void> {
    if (this.#records.delete(id)) await this.#write()
  }

  #write(): Promise<void> {
    return writeJson(this.#settings, KEY, [...this.#records.values()])
  }
}

function recordOf(value: unknown): CommunityRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { id, addresses, partitionDays, isSearchPublished, isEncrypted } = value as Record<string, unknown>
  if (typeof id !== 'string' || !/^0x0[23][0-9a-f]{64}$/u.test(id)) return undefined
  const texts = Array.isArray(addresses) ? addresses.filter((each) => typeof each === 'string') : []
  const days = typeof partitionDays === 'number' && partitionDays >= 1 && partitionDays <= 365 ? partitionDays : 7
  return {
    id: id as CommunityId,
    addresses: texts.slice(0, MAX_ADDRESSES),
    partitionDays: days,
    isSearchPublished: isSearchPublished === true,
    isEncrypted: isEncrypted === true,
  }
}
