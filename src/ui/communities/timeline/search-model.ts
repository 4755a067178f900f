/** What is searched for: one question at a time, the last one wins; more on demand. */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { ErrorView } from '../../../rpc/api.ts'
import { viewOfError } from '../../../rpc/errors.ts'
import type { ChannelId, MessageId, SearchHit, SearchView } from '../../../rpc/history-api.ts'

export interface SearchQuery {
  readonly text: string
  readonly channelId?: ChannelId
  readonly beforeMs?: number
  readonly beforeId?: MessageId
  readonly limit: number
}

export type SearchState =
  | { readonly state: 'empty' }
  | { readonly state: 'searching'; readonly text: string; readonly found: SearchView | undefined }
  | { readonly state: 'found'; readonly text: string; readonly found: SearchView }
  | { readonly state: 'failed'; readonly text: string; readonly error: ErrorView }

export interface SearchModelParts {
  readonly search: (query: SearchQuery, signal: AbortSignal) => Promise<SearchView>
  readonly pause: (signal: AbortSignal) => Promise<void>
}

const HITS = 30

export class SearchModel {
  readonly #parts: SearchModelParts
  readonly #state = signal<SearchState>({ state: 'empty' })
  #asked = new AbortController()
  #query: Omit<SearchQuery, 'limit'> = { text: '' }
  #isAskingAgain = false
  /** As the community was last seen: what was asked before its list of archives came has missed all of them. */
  #knownArchives = 0
  /** Something came while it was asked again. */
  #isTouchedMeanwhile = false

  constructor(parts: SearchModelParts) {
    this.#parts = parts
  }

  get state(): ReadonlySignal<SearchState> {
    return this.#state
  }

  /** Asks once the writing pauses; what was found before stays until then. */
  async ask(text: string, channelId: ChannelId | undefined): Promise<void> {
    this.#asked.abort()
    this.#asked = new AbortController()
    const { signal } = this.#asked
    const words = text.trim()
    if (words === '') {
      this.#state.value = { state: 'empty' }
      return
    }
    const before = this.#state.peek()
    this.#query = { text: words, ...(channelId === undefined ? {} : { channelId }) }
    this.#state.value = { state: 'searching', text: words, found: 'found' in before ? before.found : undefined }
    await this.#run(signal, async () => {
      await this.#parts.pause(signal)
      return this.#parts.search({ ...this.#query, limit: HITS }, signal)
    })
    const now = this.#state.peek()
    if (now.state === 'found' && now.found.knownArchives < this.#knownArchives) await this.touched()
  }

  /** More may be found: archives or their search indexes have come, or are known. What is shown stays until then. */
  async touched(knownArchives = this.#knownArchives): Promise<void> {
    this.#knownArchives = knownArchives
    const now = this.#state.peek()
    if (this.#isAskingAgain) this.#isTouchedMeanwhile = true
    if (now.state !== 'found' || this.#isAskingAgain || now.found.hits.length > HITS) return
    const isComplete = now.found.searchedArchives >= Math.max(now.found.knownArchives, knownArchives)
    if (isComplete && now.found.hits.every(({ message }) => message !== undefined)) return
    const { signal } = this.#asked
    this.#isAskingAgain = true
    this.#isTouchedMeanwhile = false
    try {
      await this.#parts.pause(signal)
      const found = await this.#parts.search({ ...this.#query, limit: HITS }, signal)
      if (!signal.aborted && this.#state.peek() === now) this.#state.value = { ...now, found }
    } catch {
      // Nobody has asked for it: what was found stays.
    } finally {
      this.#isAskingAgain = false
    }
    if (this.#isTouchedMeanwhile) await this.touched()
  }

  /** Asks for older ones. */
  async more(): Promise<void> {
    const now = this.#state.peek()
    const last = now.state === 'found' ? now.found.hits.at(-1) : undefined
    if (now.state !== 'found' || last === undefined) return
    const { signal } = this.#asked
    this.#state.value = { ...now, state: 'searching' }
    await this.#run(signal, async () => {
      const { atMs: beforeMs, messageId: beforeId } = last
      const older = await this.#parts.search({ ...this.#query, beforeMs, beforeId, limit: HITS }, signal)
      return { ...older, hits: withoutDoubles([...now.found.hits, ...older.hits]) }
    })
  }

  stop(): void {
    this.#asked.abort()
  }

  async #run(signal: AbortSignal, search: () => Promise<SearchView>): Promise<void> {
    const { text } = this.#query
    try {
      const found = await search()
      if (!signal.aborted) this.#state.value = { state: 'found', text, found }
    } catch (error) {
      if (!signal.aborted) this.#state.value = { state: 'failed', text, error: viewOfError(error) }
    }
  }
}

/** A list has each key once, whatever is answered. */
function withoutDoubles(hits: readonly SearchHit[]): readonly SearchHit[] {
  const known = new Set<string>()
  return hits.filter(({ messageId }) => !known.has(messageId) && known.add(messageId))
}
