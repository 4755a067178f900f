import { QuireError } from '../../errors.ts'
import { fromHex } from '../crypto/hex.ts'
import { authorKeyOf, communityIdOf, type Curve, type KeyPair } from '../crypto/secp256k1.ts'
import { type KeyJson, type KeyRecord, recordOfJson } from './key-records.ts'
import { MAX_ROUNDS, type WrappedSecret } from './key-wrap.ts'

/** A nonce, a secret and a tag have 60. */
const MAX_WRAPPED_BYTES = 256

/**
 * A key from a backup, whose every field may be anything; a pair where it is not wrapped.
 *
 * Errors: `ERR_KEY_FILE_INVALID`.
 */
export function restoredKey(
  json: KeyJson,
  curve: Curve,
): { readonly record: KeyRecord; readonly pair: KeyPair | undefined } {
  try {
    const { secret, ...record } = recordOfJson(json)
    const pair = secret instanceof Uint8Array ? curve.keyPair(secret) : undefined
    const publicKey = pair?.publicKey ?? curve.uncompress(curve.compress(fromHex(record.publicKey)))
    const isNamed = record.name === 'person' || record.name === communityIdOf(curve, publicKey)
    if (!isNamed || authorKeyOf(publicKey) !== record.publicKey.toLowerCase()) throw invalid()
    if (!(secret instanceof Uint8Array) && !isPlausible(secret)) throw invalid()
    const { name } = record
    return { record: { name, publicKey: authorKeyOf(publicKey), isSaved: true, secret }, pair }
  } catch (cause) {
    throw invalid(cause)
  }
}

function isPlausible({ rounds, salt, sealed }: WrappedSecret): boolean {
  const sizes = [salt.byteLength, sealed.byteLength]
  return Number.isInteger(rounds) && rounds >= 1 && rounds <= MAX_ROUNDS && Math.max(...sizes) <= MAX_WRAPPED_BYTES
}

function invalid(cause?: unknown): QuireError {
  return new QuireError('ERR_KEY_FILE_INVALID', 'A key in the backup is damaged.', { cause })
}
