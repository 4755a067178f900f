/** How much archives may take: of one community, and of all that this device follows. The oldest that nobody reads goes first. */
import { Mutex } from '../../store/mutex.ts'
import { type ArchiveRow, isHere } from './archive-table.ts'

/** A community’s archives as quotas see them. */
export interface QuotaMember {
  readonly quotaBytes: number
  /** Beside the archives: what their search indexes take. */
  readonly searchBytes: number
  readonly rows: readonly ArchiveRow[]
  /** Somebody reads it or waits for it. */
  isProtected(row: ArchiveRow): boolean
  isJump(row: ArchiveRow): boolean
  /** Frees it, or ends its fetch. Never rejects: what could not be freed is found again at the next `enforce`. */
  evict(row: ArchiveRow): Promise<void>
  /** There is more room than there was. */
  noteRoom(): void
}

interface Held {
  readonly member: QuotaMember
  readonly row: ArchiveRow
}

/** One for all communities of a device; those of which it is the owner are not in it. */
export class ArchiveQuota {
  readonly #members = new Set<QuotaMember>()
  readonly #turns = new Mutex()
  #totalBytes: number

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes
  }

  get totalBytes(): number {
    return this.#totalBytes
  }

  /** Frees at once what is over it; where it grew, what did not fit is tried again. */
  async setTotalBytes(bytes: number): Promise<void> {
    const isMore = bytes > this.#totalBytes
    this.#totalBytes = bytes
    if (isMore) this.noteRoom()
    await this.enforce()
  }

  /** A community went with its archives, or the quota grew. */
  noteRoom(): void {
    for (const member of this.#members) member.noteRoom()
  }

  /** Returns what takes it out again. */
  add(member: QuotaMember): () => void {
    this.#members.add(member)
    return () => void this.#members.delete(member)
  }

  /** How large `row` may be: an archive never takes the place of a newer one, unless somebody waits for it. */
  roomFor(member: QuotaMember, row: ArchiveRow): number {
    const isFixed = (held: Held): boolean => !this.#mayReplace(held, { member, row })
    const own = this.#held([member]).filter(isFixed)
    const all = this.#held(this.#members).filter(isFixed)
    const ownBytes = bytesOf(own) + member.searchBytes
    return Math.min(member.quotaBytes - ownBytes, this.#totalBytes - bytesOf(all) - searchBytesOf(this.#members))
  }

  /** Frees archives until every quota is kept, as far as nobody reads them. */
  async enforce(): Promise<void> {
    await this.#turns.run(async () => {
      for (const member of this.#members) await this.#free([member], member.quotaBytes)
      await this.#free(this.#members, this.#totalBytes)
    })
  }

  #mayReplace(held: Held, wanted: Held): boolean {
    if (held.row === wanted.row || held.member.isProtected(held.row)) return held.row === wanted.row
    if (!held.row.isListed || wanted.member.isJump(wanted.row)) return true
    return held.row.entry.toSeconds < wanted.row.entry.toSeconds
  }

  async #free(members: Iterable<QuotaMember>, limitBytes: number): Promise<void> {
    const held = this.#held(members)
    let overBytes = bytesOf(held) + searchBytesOf(members) - limitBytes
    for (const { member, row } of held.toSorted(goesFirst)) {
      if (overBytes <= 0) return
      // Somebody may have come to it while another one was freed.
      if (!this.#members.has(member) || member.isProtected(row) || !takesRoom(row)) continue
      overBytes -= row.sizeBytes ?? 0
      await member.evict(row)
    }
  }

  #held(members: Iterable<QuotaMember>): Held[] {
    return [...members].flatMap((member) => member.rows.filter(takesRoom).map((row) => ({ member, row })))
  }
}

/** Also while it is on its way: three that are fetched at once must fit together. */
function takesRoom(row: ArchiveRow): boolean {
  return isHere(row) || (row.state === 'fetching' && !row.isCrowdedOut)
}

function goesFirst(a: Held, b: Held): number {
  return Number(a.row.isListed) - Number(b.row.isListed) || a.row.entry.toSeconds - b.row.entry.toSeconds
}

function searchBytesOf(members: Iterable<QuotaMember>): number {
  return [...members].reduce((sum, { searchBytes }) => sum + searchBytes, 0)
}

function bytesOf(held: readonly Held[]): number {
  return held.reduce((sum, { row }) => sum + (row.sizeBytes ?? 0), 0)
}
