import type { ArchiveEntry } from '../archive/archive-entry.ts'
import { newestFirst } from '../archive/read-index.ts'
import type { ArchiveId } from '../ids.ts'
import type { QuireError } from '../../errors.ts'
import type { ArchiveState } from './follow-state.ts'

/** What a member knows of one archive. `queued` is not kept: it follows from what is wanted. */
export interface ArchiveRow {
  /** The newest index’s: of the same archive, another may name another search index. */
  entry: ArchiveEntry
  state: Exclude<ArchiveState, 'queued'>
  /** In the newest index. Those of older ones are kept while they are held, and go first. */
  isListed: boolean
  /** Its messages are in the timeline. */
  isRead: boolean
  doneBytes: number
  sizeBytes?: number | undefined
  messageCount?: number | undefined
  missingKeyIds: readonly string[]
  /** There was no room for it, so it is fetched only when somebody looks. */
  isCrowdedOut: boolean
  /** Attempts that failed since one succeeded; the next one is not before `retryAtMs`. */
  failures: number
  retryAtMs: number
  error?: QuireError | undefined
}

/** A span of milliseconds; the end is not in it. */
export interface SpanMs {
  readonly fromMs: number
  readonly toMs: number
}

/** The archives of a community, by id. */
export class ArchiveTable {
  readonly #rows = new Map<ArchiveId, ArchiveRow>()
  #sorted: readonly ArchiveRow[] | undefined

  /** Newest first. */
  get rows(): readonly ArchiveRow[] {
    this.#sorted ??= [...this.#rows.values()].toSorted((a, b) => newestFirst(a.entry, b.entry))
    return this.#sorted
  }

  /** What this device has of all of them. */
  get heldBytes(): number {
    return this.rows.reduce((sum, row) => sum + (isHere(row) ? (row.sizeBytes ?? 0) : 0), 0)
  }

  get(id: ArchiveId): ArchiveRow | undefined {
    return this.#rows.get(id)
  }

  put(row: ArchiveRow): void {
    this.#rows.set(row.entry.id, row)
    this.#sorted = undefined
  }

  touching(span: SpanMs): ArchiveRow[] {
    return this.rows.filter(({ entry }) => entry.fromSeconds * 1000 < span.toMs && entry.toSeconds * 1000 > span.fromMs)
  }

  /**
   * Takes over a newer index, compared by set: what is in it and not here yet is added; what is no longer in it stays while it
   * is held, since the owner may have lost what members still have.
   */
  apply(entries: readonly ArchiveEntry[]): { readonly added: readonly ArchiveRow[] } {
    const byId = new Map(entries.map((entry) => [entry.id, entry]))
    for (const row of this.rows) {
      const listed = byId.get(row.entry.id)
      row.isListed = listed !== undefined
      row.entry = listed ?? row.entry
      this.tidy(row)
    }
    const added = entries.filter(({ id }) => !this.#rows.has(id)).map(newRow)
    for (const row of added) this.#rows.set(row.entry.id, row)
    this.#sorted = undefined
    return { added }
  }

  /** Forgets one that no index names any more, unless it is here or on its way. */
  tidy(row: ArchiveRow): void {
    if (row.isListed || isHere(row) || row.state === 'fetching') return
    this.#rows.delete(row.entry.id)
    this.#sorted = undefined
  }
}

export function newRow(entry: ArchiveEntry): ArchiveRow {
  return {
    entry,
    state: 'known',
    isListed: true,
    isRead: false,
    doneBytes: 0,
    missingKeyIds: [],
    isCrowdedOut: false,
    failures: 0,
    retryAtMs: 0,
  }
}

/** Whether every block of it is on this device. */
export function isHere({ state, doneBytes, sizeBytes }: ArchiveRow): boolean {
  if (state === 'held' || state === 'missing-key') return true
  return state === 'damaged' && sizeBytes !== undefined && doneBytes === sizeBytes
}

/** The span that all of them lie in. */
export function boundsOf(rows: readonly ArchiveRow[]): SpanMs {
  const fromSeconds = rows.reduce((first, { entry }) => Math.min(first, entry.fromSeconds), Number.POSITIVE_INFINITY)
  const toSeconds = rows.reduce((last, { entry }) => Math.max(last, entry.toSeconds), Number.NEGATIVE_INFINITY)
  return { fromMs: fromSeconds * 1000, toMs: toSeconds * 1000 }
}
