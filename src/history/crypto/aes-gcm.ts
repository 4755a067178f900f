/** AES-256-GCM with the nonce at the end: ciphertext ‖ tag (16 bytes) ‖ nonce (12 bytes). Source: status-go, crypto.go. */
import { concat } from '../../codec/concat.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** With a nonce from the system’s random numbers. */
export async function encrypt(key: CryptoKey, plain: Uint8Array): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, owned(plain))
  return concat(new Uint8Array(sealed), iv)
}

/** Undefined where the key does not fit or a bit was changed. */
export async function decrypt(key: CryptoKey, sealed: Uint8Array): Promise<Uint8Array | undefined> {
  const length = sealed.byteLength - NONCE_BYTES
  if (length < TAG_BYTES) return undefined
  try {
    const iv = owned(sealed.subarray(length))
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, owned(sealed.subarray(0, length))))
  } catch {
    // WebCrypto has no other answer to bytes that do not fit.
    return undefined
  }
}

/** WebCrypto takes no views of shared memory, which the type of our bytes leaves open. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice()
}
