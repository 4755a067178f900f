/**
 * A secret under a passphrase.
 *
 *   passphrase ─ PBKDF2-HMAC-SHA-256, 600,000 rounds, salt of 16 bytes ─▶ AES-256-GCM ─▶ nonce of 12 bytes ‖ ciphertext ‖ tag
 *
 * Source of the rounds: OWASP, Password Storage Cheat Sheet (2023).
 */
import { concat } from '../../codec/concat.ts'
import { QuireError } from '../../errors.ts'

export interface WrappedSecret {
  readonly rounds: number
  readonly salt: Uint8Array<ArrayBuffer>
  readonly sealed: Uint8Array<ArrayBuffer>
}

export const DEFAULT_ROUNDS = 600_000
/** A file that asks for more is not believed: opening it would hang the page. */
export const MAX_ROUNDS = 10_000_000
const SALT_BYTES = 16
const NONCE_BYTES = 12

export async function wrapSecret(
  secret: Uint8Array,
  passphrase: string,
  { rounds = DEFAULT_ROUNDS }: { readonly rounds?: number | undefined } = {},
): Promise<WrappedSecret> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES))
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const key = await wrappingKey(passphrase, { salt, rounds })
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, Uint8Array.from(secret))
  return { rounds, salt, sealed: Uint8Array.from(concat(iv, new Uint8Array(sealed))) }
}

/** Errors: `ERR_PASSPHRASE_WRONG`. */
export async function unwrapSecret(wrapped: WrappedSecret, passphrase: string): Promise<Uint8Array> {
  const key = await wrappingKey(passphrase, wrapped)
  const iv = wrapped.sealed.subarray(0, NONCE_BYTES)
  try {
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, wrapped.sealed.subarray(NONCE_BYTES)),
    )
  } catch (cause) {
    throw new QuireError('ERR_PASSPHRASE_WRONG', 'The passphrase does not open this key.', { cause })
  }
}

async function wrappingKey(
  passphrase: string,
  { salt, rounds }: { readonly salt: Uint8Array<ArrayBuffer>; readonly rounds: number },
): Promise<CryptoKey> {
  // The same letters may be typed in two ways, and a phone adds spaces.
  const typed = new TextEncoder().encode(passphrase.normalize('NFKC').trim())
  const base = await crypto.subtle.importKey('raw', typed, 'PBKDF2', false, ['deriveKey'])
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }
  return crypto.subtle.deriveKey(algorithm, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}
