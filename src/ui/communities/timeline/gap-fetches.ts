/**
 * Weeks that are fetched because somebody looks at them:
 *
 *   a gap that one scrolls towards ─▶ its end that is nearest to the reader is fetched, one archive’s span ─▶ `touched` draws it
 *   a gap that one jumps into ─▶ what touches that moment
 *
 * A gap is fetched by itself once, and nothing beside what is being fetched; after a failure a person decides.
 */
import { signal } from '@preact/signals'
import type { ErrorView } from '../../../rpc/api.ts'
import { viewOfError } from '../../../rpc/errors.ts'
import type { GapView } from '../../../rpc/history-api.ts'
import type { Awaited } from './placement.ts'

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

export type GapFetch =
  | { readonly state: 'fetching'; readonly span: Span; readonly isAll: boolean; readonly stop: AbortController }
  | { readonly state: 'failed'; readonly span: Span; readonly error: ErrorView }

export interface GapFetchesParts {
  readonly fetchSpan: (span: Span, signal: AbortSignal) => Promise<void>
  /** Resolved: what is shown of this span may have changed. */
  readonly onFetched: (span: Span) => void
  readonly partitionMs: () => number
}

export class GapFetches {
  readonly #parts: GapFetchesParts
  readonly #fetches = signal<readonly GapFetch[]>([])
  /** Gaps, with their extent, that were fetched for being in sight. */
  readonly #seen = new Set<string>()
  #awaited: Awaited | undefined

  constructor(parts: GapFetchesParts) {
    this.#parts = parts
  }

  /** What is being fetched of a gap, or failed last; while its middle comes, a gap is in pieces. */
  fetchOf({ fromMs, toMs }: Span): GapFetch | undefined {
    return this.#fetches.value.findLast(({ span }) => span.fromMs < toMs && span.toMs > fromMs)
  }

  /** Somebody scrolls towards a gap, to its newer or its older end; whether a week of it is on its way then. */
  see(gap: GapView, end: 'newer' | 'older'): boolean {
    if (this.#isBusyBeside(gap)) return true
    const key = `${gap.id} ${gap.fromMs} ${gap.toMs}`
    if (gap.reason !== 'not-fetched' || this.#seen.has(key) || this.#peekOf(gap) !== undefined) return false
    this.#seen.add(key)
    const lengthMs = this.#parts.partitionMs()
    const span =
      end === 'newer'
        ? { fromMs: Math.max(gap.fromMs, gap.toMs - lengthMs), toMs: gap.toMs }
        : { fromMs: gap.fromMs, toMs: Math.min(gap.toMs, gap.fromMs + lengthMs) }
    void this.#fetch(span, false)
    return true
  }

  /** A jump led into a gap: what touches that moment is fetched, once for each `awaited`. */
  seeMoment(gap: GapView, awaited: Awaited): void {
    const { atMs } = awaited
    const isWanted = gap.reason === 'not-fetched' || gap.reason === 'nobody-has-it'
    if (!isWanted || atMs === undefined || this.#awaited === awaited) return
    this.#awaited = awaited
    const span = { fromMs: atMs, toMs: atMs + 1 }
    this.stopFetch(span)
    void this.#fetch(span, false)
  }

  /** Fetches the whole gap. */
  fetchAll(gap: GapView): void {
    this.stopFetch(gap)
    void this.#fetch(gap, true)
  }

  stopFetch(gap: Span): void {
    for (let fetch = this.#peekOf(gap); fetch !== undefined; fetch = this.#peekOf(gap)) {
      this.#replace(fetch, undefined)
      if (fetch.state === 'fetching') fetch.stop.abort()
    }
  }

  /** Ends the waiting; what has begun goes on in the node. */
  stop(): void {
    for (const fetch of this.#fetches.peek()) if (fetch.state === 'fetching') fetch.stop.abort()
  }

  #peekOf({ fromMs, toMs }: Span): GapFetch | undefined {
    return this.#fetches.peek().findLast(({ span }) => span.fromMs < toMs && span.toMs > fromMs)
  }

  #isBusyBeside({ fromMs, toMs }: Span): boolean {
    return this.#fetches
      .peek()
      .some(({ state, span }) => state === 'fetching' && span.fromMs <= toMs && span.toMs >= fromMs)
  }

  async #fetch({ fromMs, toMs }: Span, isAll: boolean): Promise<void> {
    const stop = new AbortController()
    const span = { fromMs, toMs }
    const fetch = { state: 'fetching', span, isAll, stop } as const
    this.#fetches.value = [...this.#fetches.peek(), fetch]
    try {
      await this.#parts.fetchSpan(span, stop.signal)
      this.#replace(fetch, undefined)
      this.#parts.onFetched(span)
    } catch (error) {
      if (!stop.signal.aborted) this.#replace(fetch, { state: 'failed', span, error: viewOfError(error) })
    }
  }

  #replace(before: GapFetch, after: GapFetch | undefined): void {
    const put = after === undefined ? [] : [after]
    this.#fetches.value = this.#fetches.peek().flatMap((fetch) => (fetch === before ? put : [fetch]))
  }
}
