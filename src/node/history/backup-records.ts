/** What a backup has of communities, as plain values, and how it is read from JSON that may say anything. */
import type { QuireError } from '../../errors.ts'
import type { KeepChoice } from '../../history/follow/keep-choice.ts'
import type { KeyJson } from '../../history/keys/key-records.ts'
import type { KeyName } from '../../history/keys/key-view.ts'

export interface CommunityBackup {
  readonly id: string
  readonly name: string
  /** As one hands it out, with the newest archive link that this device has. */
  readonly link: string
  readonly isEncrypted: boolean
  readonly isPaused: boolean
  readonly isSearchPublished: boolean
  readonly keep?: KeepChoice | undefined
  readonly quotaBytes?: number | undefined
  readonly partitionDays?: number | undefined
}

/** Envelopes of one community, as their signers made them. */
export interface CommunityEnvelopes {
  readonly id: string
  readonly envelopes: readonly Uint8Array[]
}

export interface HistoryKeys {
  readonly displayName: string
  /** The person’s and those of communities; wrapped ones stay wrapped. */
  readonly keys: readonly KeyJson[]
  /** Texts for `addGroupKey`. */
  readonly groupKeys: readonly string[]
}

export interface RestoredKeys {
  readonly addedCount: number
  readonly knownCount: number
  readonly refused: readonly { readonly what: string; readonly error: QuireError }[]
}

const MAX_ENTRIES = 1_000
const MAX_NAME_CHARACTERS = 200

type Fields = Readonly<Record<string, unknown>>

/** At most 1,000; entries without an id or a link are left out. */
export function communitiesOf(value: unknown): CommunityBackup[] {
  return listOf(value).flatMap((entry) => {
    const { id, name, link, isEncrypted, isPaused, isSearchPublished, keep, quotaBytes, partitionDays } =
      fieldsOf(entry)
    if (typeof id !== 'string' || typeof link !== 'string') return []
    return {
      id,
      name: textOf(name).slice(0, MAX_NAME_CHARACTERS),
      link,
      isEncrypted: isEncrypted === true,
      isPaused: isPaused === true,
      isSearchPublished: isSearchPublished === true,
      keep: keepOf(fieldsOf(keep)),
      quotaBytes: numberOf(quotaBytes),
      partitionDays: numberOf(partitionDays),
    }
  })
}

/** At most 1,000 of each; what a key is made of is checked where it is taken. */
export function historyKeysOf(value: unknown): HistoryKeys {
  const { displayName, keys, groupKeys } = fieldsOf(value)
  return {
    displayName: textOf(displayName),
    keys: listOf(keys).map((entry) => keyOf(fieldsOf(entry))),
    groupKeys: listOf(groupKeys).map(textOf),
  }
}

function keyOf({ name, publicKey, secret, wrapped }: Fields): KeyJson {
  const { rounds, salt, sealed } = fieldsOf(wrapped)
  const base = { name: textOf(name) as KeyName, publicKey: textOf(publicKey), isSaved: true }
  if (wrapped === undefined) return { ...base, secret: textOf(secret) }
  return { ...base, wrapped: { rounds: numberOf(rounds) ?? 0, salt: textOf(salt), sealed: textOf(sealed) } }
}

function keepOf({ kind, weeks }: Fields): KeepChoice | undefined {
  if (kind === 'all' || kind === 'viewed') return { kind }
  return kind === 'weeks' && typeof weeks === 'number' ? { kind, weeks } : undefined
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MAX_ENTRIES) : []
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
