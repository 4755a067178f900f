/**
 * SHA-256 twice: WebCrypto for blocks, WebAssembly for the nodes of a tree.
 *
 * A node is 65 bytes, where the round trip of an asynchronous WebCrypto call costs far more than the hash.
 */
import { createSHA256 } from 'hash-wasm'
import { DIGEST_BYTES } from '../codec/cid.ts'
import { QuireError } from '../errors.ts'

export interface NodeHasher {
  /** SHA-256 of `left`, `right` (32 bytes each) and the byte `key`; a new array of 32 bytes. */
  hash(left: Uint8Array, right: Uint8Array, key: number): Uint8Array
}

let loading: Promise<NodeHasher> | undefined

/** The hasher of tree nodes, compiled once. Errors: `ERR_UNKNOWN` (WebAssembly is not allowed here). */
export function loadNodeHasher(): Promise<NodeHasher> {
  loading ??= createNodeHasher()
  return loading
}

async function createNodeHasher(): Promise<NodeHasher> {
  try {
    const sha = await createSHA256()
    const input = new Uint8Array(2 * DIGEST_BYTES + 1)
    return {
      hash(left, right, key) {
        input.set(left)
        input.set(right, DIGEST_BYTES)
        input[2 * DIGEST_BYTES] = key
        return sha.init().update(input).digest('binary')
      },
    }
  } catch (cause) {
    loading = undefined
    throw new QuireError('ERR_UNKNOWN', 'The hash function could not be loaded.', { cause })
  }
}

/** The SHA-256 of a block, 32 bytes. Errors: `ERR_INSECURE_PAGE` (the browser hides WebCrypto from plain http). */
export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  // The types promise it everywhere; a page without https has none.
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle
  if (subtle === undefined) throw new QuireError('ERR_INSECURE_PAGE', 'This page has no access to SHA-256.')
  // WebCrypto refuses shared memory, which the type of a Uint8Array allows; Quire never makes any.
  return new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))
}
