/**
 * The payload of an envelope of version 1: padded, signed by whoever sent it, and encrypted with the chat’s key.
 *
 *   flags (bits 0–1: bytes of the length, bit 2: signed) ‖ length, little endian ‖ data ‖ padding ‖ signature (65 bytes)
 *   ─ AES-256-GCM ─▶ ciphertext ‖ tag ‖ nonce
 *
 * The signature is over keccak-256 of everything before it. Source: RFC 26/WAKU2-PAYLOAD.
 */
import { concat } from '../../codec/concat.ts'
import { decrypt, encrypt } from './aes-gcm.ts'
import { keccak256 } from './keccak.ts'
import { type Curve, type KeyPair, SIGNATURE_BYTES } from './secp256k1.ts'

interface OpenedPayload {
  readonly data: Uint8Array
  readonly padding: Uint8Array
  /** Uncompressed, 65 bytes; undefined where nobody signed. */
  readonly signer?: Uint8Array | undefined
}

const LENGTH_SIZE_MASK = 3
const SIGNED_FLAG = 4
/** Source: the RFC; data and signature are padded to a multiple of it. */
const PADDING_MULTIPLE = 256
const BYTE = 256

export async function sealPayload(
  curve: Curve,
  data: Uint8Array,
  { key, signer }: { readonly key: CryptoKey; readonly signer?: KeyPair | undefined },
): Promise<Uint8Array> {
  const length = lengthBytes(data.byteLength)
  const flags = length.byteLength | (signer === undefined ? 0 : SIGNED_FLAG)
  const tail = signer === undefined ? 0 : SIGNATURE_BYTES
  const unpadded = 1 + length.byteLength + data.byteLength + tail
  const padding = crypto.getRandomValues(new Uint8Array(PADDING_MULTIPLE - (unpadded % PADDING_MULTIPLE)))
  const body = concat(Uint8Array.of(flags), length, data, padding)
  const signature = signer === undefined ? new Uint8Array() : curve.signRecoverable(keccak256(body), signer.secret)
  return encrypt(key, concat(body, signature))
}

/** Undefined where the key does not fit, the layout is broken or the signature is none. */
export async function openPayload(
  curve: Curve,
  sealed: Uint8Array,
  key: CryptoKey,
): Promise<OpenedPayload | undefined> {
  const plain = await decrypt(key, sealed)
  return plain === undefined ? undefined : readPlain(curve, plain)
}

function readPlain(curve: Curve, plain: Uint8Array): OpenedPayload | undefined {
  const flags = plain[0] ?? 0
  const sizeOfLength = flags & LENGTH_SIZE_MASK
  const isSigned = (flags & SIGNED_FLAG) !== 0
  const start = 1 + sizeOfLength
  const end = plain.byteLength - (isSigned ? SIGNATURE_BYTES : 0)
  if (end < start) return undefined
  let length = 0
  for (let i = sizeOfLength; i > 0; i--) length = length * BYTE + (plain[i] ?? 0)
  if (length > end - start) return undefined
  const data = plain.subarray(start, start + length)
  const padding = plain.subarray(start + length, end)
  if (!isSigned) return { data, padding }
  const signer = curve.recover(keccak256(plain.subarray(0, end)), plain.subarray(end))
  return signer === undefined ? undefined : { data, padding, signer }
}

/** As few bytes as hold the length, 1 … 3. */
function lengthBytes(length: number): Uint8Array {
  const bytes: number[] = []
  for (let rest = length; rest > 0 || bytes.length === 0; rest = Math.floor(rest / BYTE)) bytes.push(rest % BYTE)
  return Uint8Array.from(bytes)
}
