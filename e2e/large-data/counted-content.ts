import { createCipheriv, createHash } from 'node:crypto'

const BLOCK_BYTES = 65_536
const PIECE_BYTES = 16 * BLOCK_BYTES

/**
 * The same megabyte over and over, each block with its place in it: no two blocks are equal, and making them costs next to
 * nothing.
 */
export async function* countedContent(init: { sizeBytes: number; seed: number }): AsyncGenerator<Uint8Array> {
  const key = createHash('sha256').update(String(init.seed)).digest()
  const piece = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(PIECE_BYTES))
  for (let offset = 0; offset < init.sizeBytes; offset += PIECE_BYTES) {
    const bytes = new Uint8Array(piece.subarray(0, Math.min(PIECE_BYTES, init.sizeBytes - offset)))
    const places = new DataView(bytes.buffer)
    for (let block = 0; block + 8 <= bytes.byteLength; block += BLOCK_BYTES) {
      places.setBigUint64(block, BigInt(offset + block))
    }
    // One piece a turn, as a file would give them.
    yield await Promise.resolve(bytes)
  }
}
