/**
 * The byte vectors of `src/codec/vectors`, typed. `codex-wire.json` holds upstream’s golden wire tests and what follows
 * from them, `codex-live.json` was written by a running native node.
 */
import live from '../vectors/codex-live.json' with { type: 'json' }
import wire from '../vectors/codex-wire.json' with { type: 'json' }

export { live, wire }

type ByteAt = (i: number) => number

const generator1: ByteAt = (i) => (i * 131 + (i >> 8) * 17 + 7) & 0xff
const generator2: ByteAt = (i) => (i * 131 + (i >> 8) * 17 + (i >> 16) * 29 + (i >> 24) * 101 + 7) & 0xff

export interface LiveManifest {
  readonly filename: string
  readonly mimetype: string
  readonly manifestCid: string
  readonly manifestHex: string
  readonly manifestCidHex: string
}

export interface LiveProof {
  readonly index: number
  readonly nleaves: number
  readonly path: readonly string[]
  readonly encodedHex: string
  readonly verifies: boolean
}

/** One dataset that a native node made; `treeError` in place of the rest where it refused. */
export interface LiveVector {
  readonly size: number
  readonly blockSize: number
  readonly blocks: number
  readonly treeError?: string
  readonly treeCid?: string
  readonly treeCidHex?: string
  readonly treeRootHex?: string
  readonly treeLevels?: number
  readonly treeEncodedLen?: number
  readonly treeEncodedHex?: string
  readonly blockCidsFirst?: readonly string[]
  readonly blockCidLast?: string
  readonly blockCid0Hex?: string
  readonly manifests?: readonly LiveManifest[]
  readonly proofs?: readonly LiveProof[]
}

export interface LiveCase {
  readonly title: string
  readonly vector: LiveVector
  readonly generator: ByteAt
}

export const liveCases: readonly LiveCase[] = [
  ...live.vectors.map((vector: LiveVector) => liveCase(vector, generator1, 'first')),
  ...live.vectors2.map((vector: LiveVector) => liveCase(vector, generator2, 'second')),
]

function liveCase(vector: LiveVector, generator: ByteAt, name: string): LiveCase {
  return { title: `${vector.size} bytes of the ${name} generator in blocks of ${vector.blockSize}`, vector, generator }
}

/** The padded blocks of a generated dataset, one after the other. */
export function* generatedBlocks(
  size: number,
  blockSize: number,
  generator: ByteAt,
): Generator<Uint8Array<ArrayBuffer>> {
  for (let start = 0; start < size; start += blockSize) {
    const block = new Uint8Array(blockSize)
    const length = Math.min(blockSize, size - start)
    for (let i = 0; i < length; i++) block[i] = generator(start + i)
    yield block
  }
}
