/** Content for the benchmark: pseudo-random bytes that a seed decides, fast enough not to be what is measured. */
import { createSHA256 } from 'hash-wasm'
import type { SeededContent } from './contestant.ts'

/** Content is made in pieces of this size, each from its own number, so that any part can be made without the rest. */
export const PIECE_BYTES = 1 << 20

/** The `index`-th piece of the content of `seed`, always whole. */
export function seededPiece(seed: number, index: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(PIECE_BYTES / 4)
  // xorshift128. Source: Marsaglia, “Xorshift RNGs”, 2003. The odd factors spread seeds and indices that lie close.
  let x = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca77)) >>> 0 || 1
  let y = 362_436_069
  let z = 521_288_629
  let w = Math.imul(index + 1, 0xc2b2ae3d) >>> 0
  const next = (): number => {
    const t = x ^ (x << 11)
    x = y
    y = z
    z = w
    w = (w ^ (w >>> 19) ^ t ^ (t >>> 8)) >>> 0
    return w
  }
  for (let i = 0; i < 16; i++) next()
  for (let i = 0; i < words.length; i++) words[i] = next()
  return new Uint8Array(words.buffer)
}

/** The content piece by piece, the last one cut. */
export function* seededPieces({ sizeBytes, seed }: SeededContent): Generator<Uint8Array<ArrayBuffer>> {
  for (let offset = 0; offset < sizeBytes; offset += PIECE_BYTES) {
    yield seededPiece(seed, offset / PIECE_BYTES).subarray(0, Math.min(PIECE_BYTES, sizeBytes - offset))
  }
}

/** The content as a blob; the browser may keep large ones on disk. */
export function seededBlob(content: SeededContent): Blob {
  // A blob of blobs: its pieces leave this heap as they are made.
  return new Blob(Array.from(seededPieces(content), (piece) => new Blob([piece])))
}

/** SHA-256 of whatever comes in pieces, lower-case hex. */
export async function sha256HexOf(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const hash = await createSHA256()
  for await (const piece of pieces) hash.update(piece)
  return hash.digest('hex')
}

/** The pieces of a stream, in every browser that has no async iteration of streams. */
export async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}
