import { createCipheriv, createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SeededRandom } from '../swarm/seeded-random.ts'

const BLOCK_BYTES = 65_536
const MOST_BYTES = 30_000_000
/** Places where a mistake by one would show. */
const EDGES = [1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 32 * BLOCK_BYTES, 512 * BLOCK_BYTES + 1]

/** A file on disk that browsers upload. */
export interface SoakFile {
  readonly name: string
  readonly path: string
  readonly sizeBytes: number
  readonly sha256: string
}

/** Makes files of random content and size; the same seed and number give the same file. */
export class FileLibrary {
  readonly #folder: string
  readonly #seed: number
  #count = 0

  private constructor(folder: string, seed: number) {
    this.#folder = folder
    this.#seed = seed
  }

  static async create(seed: number): Promise<FileLibrary> {
    return new FileLibrary(await mkdtemp(join(tmpdir(), 'quire-soak-')), seed)
  }

  async make(random: SeededRandom): Promise<SoakFile> {
    this.#count += 1
    const name = `soak-${String(this.#count).padStart(4, '0')}.bin`
    const sizeBytes = sizeOf(random)
    const content = pseudoRandom(`${this.#seed} ${this.#count}`, sizeBytes)
    const path = join(this.#folder, name)
    await writeFile(path, content)
    return { name, path, sizeBytes, sha256: createHash('sha256').update(content).digest('hex') }
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true })
  }
}

/** Some at the edges of blocks and groups, some of every order of magnitude, the most large enough to be caught in the middle. */
function sizeOf(random: SeededRandom): number {
  const kind = random.next()
  if (kind < 0.15) return EDGES[Math.floor(random.between(0, EDGES.length))] ?? 1
  if (kind < 0.45) return Math.floor(Math.exp(random.between(0, Math.log(MOST_BYTES))))
  return Math.floor(random.between(3_000_000, MOST_BYTES))
}

/** The key stream of AES: as good as random, and made at a gigabyte a second. */
function pseudoRandom(seed: string, sizeBytes: number): Buffer {
  const key = createHash('sha256').update(seed).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(sizeBytes))
}
