import { keccak_256 } from '@noble/hashes/sha3.js'

/** Keccak-256 as Ethereum has it, not SHA3-256: 32 bytes. */
export function keccak256(...parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1 && parts[0] !== undefined) return keccak_256(parts[0])
  const hash = keccak_256.create()
  for (const part of parts) hash.update(part)
  return hash.digest()
}
