import type { ArchiveEntry } from './archive-entry.ts'

/** All archives of both, each id once; those of `added` count where an id is in both. */
export function mergeIndex(before: readonly ArchiveEntry[], added: readonly ArchiveEntry[]): ArchiveEntry[] {
  return [...new Map([...before, ...added].map((entry) => [entry.id, entry])).values()]
}
