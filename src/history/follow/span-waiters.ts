import { QuireError } from '../../errors.ts'
import type { ArchiveId } from '../ids.ts'
import type { AbortOptions } from '../ports.ts'
import type { ArchiveRow, SpanMs } from './archive-table.ts'
import type { IndexState } from './follow-state-of.ts'

interface Waiter {
  readonly span: SpanMs
  /** Undefined until the index says what touches the span. */
  ids: ReadonlySet<ArchiveId> | undefined
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

interface WaitersInit {
  readonly row: (id: ArchiveId) => ArchiveRow | undefined
  /** Who waits has changed. */
  readonly onChange: () => void
}

/** Those who wait for the archives of a span: what they wait for goes before everything else. */
export class SpanWaiters {
  readonly #init: WaitersInit
  readonly #waiters = new Set<Waiter>()

  constructor(init: WaitersInit) {
    this.#init = init
  }

  isWaitedFor({ entry }: ArchiveRow): boolean {
    return [...this.#waiters].some(({ ids }) => ids?.has(entry.id) === true)
  }

  /** The middle of the shortest span within it that somebody waits for; undefined where they wait for all of it. Milliseconds. */
  momentIn({ entry }: ArchiveRow): number | undefined {
    const [fromMs, toMs] = [entry.fromSeconds * 1000, entry.toSeconds * 1000]
    const waiters = [...this.#waiters].filter(({ ids }) => ids?.has(entry.id) === true)
    const spans = waiters.map(({ span }) => ({
      fromMs: Math.max(fromMs, span.fromMs),
      toMs: Math.min(toMs, span.toMs),
    }))
    const shortest = spans.toSorted((a, b) => a.toMs - a.fromMs - (b.toMs - b.fromMs))[0]
    const isAll = shortest === undefined || shortest.toMs - shortest.fromMs >= toMs - fromMs
    return isAll ? undefined : (shortest.fromMs + shortest.toMs) / 2
  }

  /** Resolves when all of them are held and read, or rejects with the first failure once none is on its way any more. */
  async wait(span: SpanMs, { signal }: AbortOptions): Promise<void> {
    signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiter: Waiter = { span, ids: undefined, resolve, reject }
    const onAbort = (): void => reject(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#waiters.add(waiter)
    this.#init.onChange()
    try {
      await promise
    } finally {
      signal?.removeEventListener('abort', onAbort)
      this.#waiters.delete(waiter)
      this.#init.onChange()
    }
  }

  get isIndexWaitedFor(): boolean {
    return [...this.#waiters].some(({ ids }) => ids === undefined)
  }

  /**
   * Those who wait for a span wait for its archives where some are known, else for the index, or hear why it is not here.
   *
   * Gives the archives that somebody has begun to wait for.
   */
  noteIndex(index: IndexState, touching: (span: SpanMs) => readonly ArchiveRow[]): readonly ArchiveRow[] {
    const isOpen = index.state !== 'ready' && index.state !== 'none'
    const rows: ArchiveRow[] = []
    for (const waiter of this.#waiters) {
      if (waiter.ids !== undefined) continue
      const touched = touching(waiter.span)
      if (touched.length > 0 || !isOpen) waiter.ids = new Set(touched.map(({ entry }) => entry.id))
      else if ('error' in index) waiter.reject(index.error)
      rows.push(...touched)
    }
    return rows
  }

  /** Tells those whose archives are all at an end. */
  settle(): void {
    for (const { ids, resolve, reject } of this.#waiters) {
      const ends = ids && [...ids].map((id) => endOf(this.#init.row(id)))
      if (ends === undefined || ends.includes('open')) continue
      const failure = ends.find((end) => end instanceof QuireError)
      if (failure === undefined) resolve()
      else reject(failure)
    }
  }

  fail(error: unknown): void {
    for (const { reject } of this.#waiters) reject(error)
  }
}

function endOf(row: ArchiveRow | undefined): 'done' | 'open' | QuireError {
  if (row === undefined) return 'done'
  const { state, isRead, error, missingKeyIds } = row
  if (state === 'held' && isRead) return 'done'
  if (state === 'missing-key') {
    const details = { keyId: missingKeyIds[0] ?? '' }
    return new QuireError('ERR_GROUP_KEY_MISSING', 'The key of this part of the history is not here.', { details })
  }
  if (state === 'damaged') return error ?? new QuireError('ERR_ARCHIVE_INVALID', 'This part of the history is damaged.')
  return state === 'fetching' ? 'open' : (error ?? 'open')
}
