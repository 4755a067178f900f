import { createHash } from 'node:crypto'

/**
 * Runs `work` with a SHA-256 that is done when it is asked for, in the place of WebCrypto’s.
 *
 * WebCrypto hashes on other threads, whose results come in an order that no seed decides; the engine would then do things in
 * another order each time.
 */
export async function withInstantHashing<T>(work: () => Promise<T>): Promise<T> {
  const { subtle } = globalThis.crypto
  const before = Object.getOwnPropertyDescriptor(subtle, 'digest')
  Object.defineProperty(subtle, 'digest', { configurable: true, value: digest })
  try {
    return await work()
  } finally {
    if (before === undefined) Reflect.deleteProperty(subtle, 'digest')
    else Object.defineProperty(subtle, 'digest', before)
  }
}

function digest(_algorithm: string, bytes: Uint8Array): Promise<ArrayBuffer> {
  return Promise.resolve(new Uint8Array(createHash('sha256').update(bytes).digest()).buffer)
}
