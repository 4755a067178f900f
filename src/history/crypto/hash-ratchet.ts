/**
 * The hash ratchet of encrypted communities and channels: one group key, hashed once more for each message.
 *
 *   key id = keccak-256(group id ‖ timestamp, 8 bytes little endian ‖ key)
 *   message key n = keccak-256 applied n times to the group key, n = 1, 2, …   ─▶ AES-256-GCM
 *
 * Source: status-go, encryption/helpers.go and protocol.go.
 */
import type { EncryptedPayload } from '../../codec/history/protocol-message.ts'
import { QuireError } from '../../errors.ts'
import { decrypt, encrypt } from './aes-gcm.ts'
import { toHex } from './hex.ts'
import { keccak256 } from './keccak.ts'
import { breathe } from './breathe.ts'
import { importAesKey } from './topics.ts'

/** A key that a group shares. */
export interface GroupKey {
  /** The community’s compressed key, or a channel’s chat id as UTF-8. */
  readonly groupId: Uint8Array
  /** Says together with the key which one it is; milliseconds since 1970. */
  readonly timestampMs: number
  /** 32 bytes. */
  readonly key: Uint8Array
  /** 32 bytes. */
  readonly keyId: Uint8Array
}

/** Group keys that this device holds. */
export interface GroupKeys {
  /** The key (32 bytes) whose id (32 bytes) a message names, or undefined where it is not held. */
  get(keyId: Uint8Array): Uint8Array | undefined
}

/** What a sealed payload turned out to be. */
type Unsealed =
  | { readonly kind: 'plain'; readonly bytes: Uint8Array }
  | { readonly kind: 'missing-key'; /** “0x” and 64 hex digits. */ readonly keyId: string }
  /** Not made with the key that it names. */
  | { readonly kind: 'damaged' }

const KEY_BYTES = 32
/** Source: status-go, how far a receiver follows beyond what it has seen. */
const MAX_JUMP = 100_000
/** Positions that are kept, so that a message key is at most so many hashes away. */
const CHECKPOINT_DISTANCE = 256
const HASHES_A_SLICE = 1024
const MAX_RATCHETS = 64

/** A key for a group, from the system’s random numbers. */
export function makeGroupKey(groupId: Uint8Array, timestampMs: number): GroupKey {
  return groupKeyOf(groupId, timestampMs, crypto.getRandomValues(new Uint8Array(KEY_BYTES)))
}

export function groupKeyOf(groupId: Uint8Array, timestampMs: number, key: Uint8Array): GroupKey {
  const time = new Uint8Array(8)
  new DataView(time.buffer).setBigUint64(0, BigInt(timestampMs), true)
  return { groupId, timestampMs, key, keyId: keccak256(groupId, time, key) }
}

/** `seqNo` is 1 or more; a sender counts it up. */
export async function sealWithGroupKey(plain: Uint8Array, group: GroupKey, seqNo: number): Promise<EncryptedPayload> {
  const key = await importAesKey(await new Ratchet(group.key).keyAt(seqNo))
  const hashRatchet = { deprecatedKeyId: 0, seqNo, groupId: group.groupId, keyId: group.keyId }
  return { payload: await encrypt(key, plain), hashRatchet }
}

/** Opens what a group’s members sealed, and remembers how far each key was hashed. */
export class RatchetOpener {
  readonly #keys: GroupKeys
  readonly #maxJump: number
  readonly #ratchets = new Map<string, Ratchet>()

  /** `maxJump`: how far beyond the last that it opened it follows a key. */
  constructor(keys: GroupKeys, { maxJump = MAX_JUMP }: { readonly maxJump?: number } = {}) {
    this.#keys = keys
    this.#maxJump = maxJump
  }

  async open({ payload, hashRatchet }: EncryptedPayload): Promise<Unsealed> {
    if (hashRatchet === undefined || hashRatchet.seqNo === 0) return { kind: 'damaged' }
    const keyId = toHex(hashRatchet.keyId)
    const ratchet = this.#ratchetOf(keyId, hashRatchet.keyId)
    if (ratchet === undefined) return { kind: 'missing-key', keyId }
    if (hashRatchet.seqNo > ratchet.seen + this.#maxJump) return { kind: 'damaged' }
    const key = await importAesKey(await ratchet.keyAt(hashRatchet.seqNo))
    const bytes = await decrypt(key, payload)
    if (bytes === undefined) return { kind: 'damaged' }
    ratchet.saw(hashRatchet.seqNo)
    return { kind: 'plain', bytes }
  }

  #ratchetOf(keyId: string, keyIdBytes: Uint8Array): Ratchet | undefined {
    const known = this.#ratchets.get(keyId)
    if (known !== undefined) return known
    const key = this.#keys.get(keyIdBytes)
    if (key === undefined) return undefined
    const [oldest] = this.#ratchets.keys()
    if (oldest !== undefined && this.#ratchets.size >= MAX_RATCHETS) this.#ratchets.delete(oldest)
    const ratchet = new Ratchet(key)
    this.#ratchets.set(keyId, ratchet)
    return ratchet
  }
}

class Ratchet {
  /** The i-th is the key hashed i × 256 times. */
  readonly #checkpoints: Uint8Array[]
  #seen = 0

  constructor(key: Uint8Array) {
    if (key.byteLength !== KEY_BYTES) {
      throw new QuireError('ERR_GROUP_KEY_INVALID', `A group key has ${key.byteLength} bytes, not ${KEY_BYTES}.`)
    }
    this.#checkpoints = [key]
  }

  /** The greatest position that a message was opened at. */
  get seen(): number {
    return this.#seen
  }

  saw(seqNo: number): void {
    this.#seen = Math.max(this.#seen, seqNo)
  }

  async keyAt(seqNo: number): Promise<Uint8Array> {
    const wanted = Math.floor(seqNo / CHECKPOINT_DISTANCE)
    let place = Math.min(wanted, this.#checkpoints.length - 1)
    let position = place * CHECKPOINT_DISTANCE
    let hash = this.#checkpoints[place] ?? new Uint8Array()
    while (position < seqNo) {
      hash = keccak256(hash)
      position++
      if (position % CHECKPOINT_DISTANCE === 0) this.#checkpoints[++place] = hash
      if (position % HASHES_A_SLICE === 0) await breathe()
    }
    return hash
  }
}
