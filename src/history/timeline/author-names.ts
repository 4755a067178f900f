/** The newest name of each author, for whom a message itself says none: reactions, mentions. */
import type { AuthorKey, CommunityId } from '../ids.ts'
import type { HistoryTable } from '../../store/history-kv.ts'
import type { KvEntry, KvWriter } from '../../store/kv.ts'
import { metaKey } from './keys.ts'
import { RecordReader, RecordWriter } from './record-bytes.ts'

const BUCKETS = 16
const MAX_AUTHORS = 50_000
const AUTHOR_BYTES = 65

export interface NameAt {
  readonly name: string
  readonly clockMs: number
}

export class AuthorNames {
  readonly #names = new Map<AuthorKey, NameAt>()
  #entries: readonly KvEntry[]

  constructor(entries: readonly KvEntry[]) {
    this.#entries = entries
  }

  nameOf(author: AuthorKey): string {
    return this.#loaded().get(author)?.name ?? shortKey(author)
  }

  /** Writes what is newer; `note` the same once that is written. */
  write(tx: KvWriter<HistoryTable>, community: CommunityId, names: ReadonlyMap<AuthorKey, NameAt>): void {
    const changed = new Set([...this.#newer(names)].map(([author]) => bucketOf(author)))
    if (changed.size === 0) return
    const all = new Map([...this.#loaded(), ...this.#newer(names)])
    for (const bucket of changed) {
      const some = [...all].filter(([author]) => bucketOf(author) === bucket)
      const writer = new RecordWriter().varint(some.length)
      for (const [author, { name, clockMs }] of some) writer.hex(author).f64(clockMs).text(name)
      tx.put('meta', metaKey(community, 'names', bucket), writer.finish())
    }
  }

  note(names: ReadonlyMap<AuthorKey, NameAt>): void {
    for (const [author, name] of this.#newer(names)) this.#loaded().set(author, name)
  }

  *#newer(names: ReadonlyMap<AuthorKey, NameAt>): Generator<[AuthorKey, NameAt]> {
    const known = this.#loaded()
    let room = MAX_AUTHORS - known.size
    for (const [author, given] of names) {
      const before = known.get(author)
      if (before === undefined ? room-- > 0 : isNewer(given, before)) yield [author, given]
    }
  }

  #loaded(): Map<AuthorKey, NameAt> {
    for (const { value } of this.#entries) {
      const reader = new RecordReader(value)
      for (let left = reader.varint(); left > 0; left--) {
        const author = reader.hex(AUTHOR_BYTES) as AuthorKey
        this.#names.set(author, { clockMs: reader.f64(), name: reader.text() })
      }
    }
    this.#entries = []
    return this.#names
  }
}

/** How somebody is called who gives no name. */
export function shortKey(author: AuthorKey): string {
  return `${author.slice(0, 6)}…${author.slice(-4)}`
}

function isNewer(a: NameAt, b: NameAt): boolean {
  return a.clockMs === b.clockMs ? a.name > b.name : a.clockMs > b.clockMs
}

function bucketOf(author: AuthorKey): number {
  return Number.parseInt(author.slice(4, 6), 16) % BUCKETS
}
