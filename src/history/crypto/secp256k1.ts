/**
 * Keys and signatures of people and communities: secp256k1 with a recoverable signature, as on Status.
 *
 *   signature: r ‖ s ‖ v, 65 bytes, over a 32-byte hash; v is 0 or 1 (27 and 28 are read too)
 *
 * The curve is libauth’s WebAssembly (0.14 ms a recovery), instantiated at the first `loadSecp256k1`.
 */
import { instantiateSecp256k1, type Secp256k1 } from '@bitauth/libauth'
import { concat } from '../../codec/concat.ts'
import { QuireError } from '../../errors.ts'
import type { AuthorKey, CommunityId } from '../ids.ts'
import { fromHex, toHex } from './hex.ts'

export interface KeyPair {
  /** 32 bytes. */
  readonly secret: Uint8Array
  /** Uncompressed, 65 bytes. */
  readonly publicKey: Uint8Array
}

export interface Curve {
  /** A new pair from the system’s random numbers. */
  generate(): KeyPair
  /** Errors: `ERR_KEY_FILE_INVALID`. */
  keyPair(secret: Uint8Array): KeyPair
  /** Deterministic (RFC 6979), low s. `hash` and `secret` have 32 bytes. */
  signRecoverable(hash: Uint8Array, secret: Uint8Array): Uint8Array
  /** The uncompressed key that signed, or undefined where the signature is none. Never throws. */
  recover(hash: Uint8Array, signature: Uint8Array): Uint8Array | undefined
  /** 33 bytes. Errors: `ERR_SIGNATURE_INVALID`. */
  compress(publicKey: Uint8Array): Uint8Array
  /** 65 bytes. Errors: `ERR_SIGNATURE_INVALID`. */
  uncompress(publicKey: Uint8Array): Uint8Array
}

export const SIGNATURE_BYTES = 65
const HASH_BYTES = 32
const COMPACT_BYTES = 64
const SECRET_BYTES = 32
/** Ethereum’s older way of writing v. */
const ETHEREUM_V = 27

let loading: Promise<Curve> | undefined

/** One instance a thread; the first call takes some 10 ms. */
export async function loadSecp256k1(): Promise<Curve> {
  loading ??= instantiateSecp256k1().then(toCurve)
  return loading
}

export function communityIdOf(curve: Curve, publicKey: Uint8Array): CommunityId {
  return toHex(curve.compress(publicKey)) as CommunityId
}

/** The uncompressed key of a community. Errors: `ERR_COMMUNITY_LINK_INVALID`. */
export function communityKeyOf(curve: Curve, community: CommunityId): Uint8Array {
  try {
    return curve.uncompress(fromHex(community))
  } catch (error) {
    throw new QuireError('ERR_COMMUNITY_LINK_INVALID', 'This is no community’s id.', { cause: error })
  }
}

export function authorKeyOf(publicKey: Uint8Array): AuthorKey {
  return toHex(publicKey) as AuthorKey
}

function toCurve(secp: Secp256k1): Curve {
  const keyPair = (secret: Uint8Array): KeyPair => {
    const isValid = secret.byteLength === SECRET_BYTES && secp.validatePrivateKey(secret)
    const publicKey = isValid ? secp.derivePublicKeyUncompressed(secret) : 'It is not a number of the curve.'
    if (typeof publicKey === 'string') throw new QuireError('ERR_KEY_FILE_INVALID', `The key is no key. ${publicKey}`)
    return { secret, publicKey }
  }
  return {
    keyPair,
    generate: () => {
      for (;;) {
        const secret = crypto.getRandomValues(new Uint8Array(SECRET_BYTES))
        if (secp.validatePrivateKey(secret)) return keyPair(secret)
      }
    },
    signRecoverable: (hash, secret) => {
      const signed = secp.signMessageHashRecoverableCompact(secret, hash)
      if (typeof signed === 'string') throw new QuireError('ERR_KEY_FILE_INVALID', `The key cannot sign. ${signed}`)
      return concat(signed.signature, Uint8Array.of(signed.recoveryId))
    },
    recover: (hash, signature) => {
      if (signature.byteLength !== SIGNATURE_BYTES || hash.byteLength !== HASH_BYTES) return undefined
      const last = signature[COMPACT_BYTES] ?? 0
      const recoveryId = last >= ETHEREUM_V ? last - ETHEREUM_V : last
      if (recoveryId !== 0 && recoveryId !== 1) return undefined
      const key = secp.recoverPublicKeyUncompressed(signature.subarray(0, COMPACT_BYTES), recoveryId, hash)
      return typeof key === 'string' ? undefined : key
    },
    compress: (publicKey) => checked(secp.compressPublicKey(publicKey)),
    uncompress: (publicKey) => checked(secp.uncompressPublicKey(publicKey)),
  }
}

function checked(key: Uint8Array | string): Uint8Array {
  if (typeof key === 'string') throw new QuireError('ERR_SIGNATURE_INVALID', `The public key is no key. ${key}`)
  return key
}
