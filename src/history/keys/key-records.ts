/** What the key ring keeps: all keys in one value, all group keys in another, each written whole. */
import { QuireError } from '../../errors.ts'
import { fromHex, toHex } from '../crypto/hex.ts'
import { type GroupKey, groupKeyOf } from '../crypto/hash-ratchet.ts'
import type { HistorySettings } from '../ports.ts'
import type { KeyName } from './key-view.ts'
import type { WrappedSecret } from './key-wrap.ts'

export interface KeyRecord {
  readonly name: KeyName
  /** Uncompressed, “0x04…”. */
  readonly publicKey: string
  readonly isSaved: boolean
  /** 32 bytes, or wrapped by a passphrase. */
  readonly secret: Uint8Array | WrappedSecret
}

export interface GroupKeyRecord {
  readonly key: GroupKey
  /** Positions of the ratchet that were given out. */
  readonly usedSeqNo: number
}

const KEYS = 'history/keys'
const GROUP_KEYS = 'history/group-keys'

/** A key as plain values; a wrapped one stays so. */
export interface KeyJson {
  readonly name: KeyName
  readonly publicKey: string
  readonly isSaved: boolean
  readonly secret?: string
  readonly wrapped?: { readonly rounds: number; readonly salt: string; readonly sealed: string }
}

interface GroupKeyJson {
  readonly groupId: string
  readonly timestampMs: number
  readonly key: string
  readonly usedSeqNo: number
}

/** Errors: `ERR_STORE_FAILED` where what is stored is not what was written. */
export async function loadKeys(settings: HistorySettings): Promise<readonly KeyRecord[]> {
  return (await load<KeyJson>(settings, KEYS)).map(recordOfJson)
}

export async function saveKeys(settings: HistorySettings, records: Iterable<KeyRecord>): Promise<void> {
  await save(settings, KEYS, Array.from(records, jsonOfRecord))
}

export function jsonOfRecord({ name, publicKey, isSaved, secret }: KeyRecord): KeyJson {
  const base = { name, publicKey, isSaved }
  if (secret instanceof Uint8Array) return { ...base, secret: toHex(secret) }
  return { ...base, wrapped: { rounds: secret.rounds, salt: toHex(secret.salt), sealed: toHex(secret.sealed) } }
}

/** The inverse of `jsonOfRecord`, of which nothing but the hex is checked. Errors: `ERR_MESSAGE_INVALID`. */
export function recordOfJson({ name, publicKey, isSaved, secret, wrapped }: KeyJson): KeyRecord {
  const plainOrWrapped =
    wrapped === undefined
      ? fromHex(secret ?? '')
      : { rounds: wrapped.rounds, salt: fromHex(wrapped.salt), sealed: fromHex(wrapped.sealed) }
  return { name, publicKey, isSaved, secret: plainOrWrapped }
}

/** Errors: `ERR_STORE_FAILED`. */
export async function loadGroupKeys(settings: HistorySettings): Promise<readonly GroupKeyRecord[]> {
  return (await load<GroupKeyJson>(settings, GROUP_KEYS)).map(({ groupId, timestampMs, key, usedSeqNo }) => ({
    key: groupKeyOf(fromHex(groupId), timestampMs, fromHex(key)),
    usedSeqNo,
  }))
}

export async function saveGroupKeys(settings: HistorySettings, records: Iterable<GroupKeyRecord>): Promise<void> {
  const json = Array.from(records, ({ key, usedSeqNo }): GroupKeyJson => {
    return { groupId: toHex(key.groupId), timestampMs: key.timestampMs, key: toHex(key.key), usedSeqNo }
  })
  await save(settings, GROUP_KEYS, json)
}

async function load<T>(settings: HistorySettings, name: string): Promise<readonly T[]> {
  const bytes = await settings.get(name)
  if (bytes === undefined) return []
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as readonly T[]
  } catch (cause) {
    // Never overwritten by an empty ring: keys may still be saved from it by hand.
    throw new QuireError('ERR_STORE_FAILED', 'The keys of communities on this device cannot be read.', { cause })
  }
}

async function save(settings: HistorySettings, name: string, value: readonly unknown[]): Promise<void> {
  await settings.set(name, new TextEncoder().encode(JSON.stringify(value)))
}
