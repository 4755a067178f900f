/**
 * Weeks that are fetched because somebody looks at them:
 *
 *   a gap in sight ─▶ its end that is nearest to the reader is fetched, one archive’s span ─▶ `touched` draws it
 *
 * A gap is fetched by itself once; after a failure a person decides.
 */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { ErrorView } from '../../../rpc/api.ts'
import { viewOfError } from '../../../rpc/errors.ts'
import type { GapView } from '../../../rpc/history-api.ts'

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

export type GapFetch =
  | { readonly state: 'fetching'; readonly isAll: boolean; readonly stop: AbortController }
  | { readonly state: 'failed'; readonly error: ErrorView }

export interface GapFetchesParts {
  readonly fetchSpan: (span: Span, signal: AbortSignal) => Promise<void>
  /** Resolved: what is shown of this span may have changed. */
  readonly onFetched: (span: Span) => void
  readonly partitionMs: () => number
}

export class GapFetches {
  readonly #parts: GapFetchesParts
  readonly #fetches = signal<ReadonlyMap<string, GapFetch>>(new Map())
  /** Gaps, with their extent, that were fetched for being in sight. */
  readonly #seen = new Set<string>()

  constructor(parts: GapFetchesParts) {
    this.#parts = parts
  }

  /** By the gap’s id. */
  get fetches(): ReadonlySignal<ReadonlyMap<string, GapFetch>> {
    return this.#fetches
  }

  /** A gap came into sight, from its newer or its older end. */
  see(gap: GapView, from: 'newer' | 'older'): void {
    const key = `${gap.id} ${gap.fromMs} ${gap.toMs}`
    if (gap.reason !== 'not-fetched' || this.#seen.has(key) || this.#fetches.peek().has(gap.id)) return
    this.#seen.add(key)
    const lengthMs = this.#parts.partitionMs()
    const span =
      from === 'newer'
        ? { fromMs: Math.max(gap.fromMs, gap.toMs - lengthMs), toMs: gap.toMs }
        : { fromMs: gap.fromMs, toMs: Math.min(gap.toMs, gap.fromMs + lengthMs) }
    void this.#fetch(gap.id, span, false)
  }

  /** Fetches the whole gap. */
  fetchAll(gap: GapView): void {
    this.stopFetch(gap.id)
    void this.#fetch(gap.id, gap, true)
  }

  stopFetch(gapId: string): void {
    const fetch = this.#fetches.peek().get(gapId)
    if (fetch?.state === 'fetching') fetch.stop.abort()
    this.#set(gapId, undefined)
  }

  /** Ends the waiting; what has begun goes on in the node. */
  stop(): void {
    for (const fetch of this.#fetches.peek().values()) if (fetch.state === 'fetching') fetch.stop.abort()
  }

  async #fetch(gapId: string, { fromMs, toMs }: Span, isAll: boolean): Promise<void> {
    const stop = new AbortController()
    const fetch = { state: 'fetching', isAll, stop } as const
    this.#set(gapId, fetch)
    try {
      await this.#parts.fetchSpan({ fromMs, toMs }, stop.signal)
      if (this.#fetches.peek().get(gapId) === fetch) this.#set(gapId, undefined)
      this.#parts.onFetched({ fromMs, toMs })
    } catch (error) {
      if (!stop.signal.aborted) this.#set(gapId, { state: 'failed', error: viewOfError(error) })
    }
  }

  #set(gapId: string, fetch: GapFetch | undefined): void {
    const fetches = new Map(this.#fetches.peek())
    if (fetch === undefined) fetches.delete(gapId)
    else fetches.set(gapId, fetch)
    this.#fetches.value = fetches
  }
}
