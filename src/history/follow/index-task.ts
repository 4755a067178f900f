import type { ManifestCid } from '../../codec/cid.ts'
import type { QuireError } from '../../errors.ts'
import type { ReadIndex } from '../archive/read-index.ts'
import type { HistoryClock } from '../clock.ts'
import { quireErrorOf, retryPauseMs } from './archive-work.ts'
import type { IndexState } from './follow-state-of.ts'
import { fetchIndex, type IndexFetcherComponents, type Patience } from './index-fetcher.ts'

const NOBODY: readonly string[] = ['ERR_MANIFEST_NOT_FOUND', 'ERR_NO_PEER_HAS_IT']
/** A key comes from a person; adding one tries at once. Source: status-go, ratchetNotFoundDelay. */
const KEY_RETRY_MS = 3_600_000
/** The same bytes each time: only a newer link, or a person, makes another attempt. */
const FINAL: readonly string[] = [
  'ERR_INDEX_INVALID',
  'ERR_ARCHIVE_TOO_LARGE',
  'ERR_ARCHIVE_INVALID',
  'ERR_MANIFEST_INVALID',
]

interface IndexTaskInit extends Patience {
  readonly onIndex: (cid: ManifestCid, index: ReadIndex) => void
  /** Its state has changed. */
  readonly onChange: () => void
}

/** Gets the index of the newest link, again and again until it is here. */
export class IndexTask {
  readonly #components: IndexFetcherComponents & { readonly clock: HistoryClock }
  readonly #init: IndexTaskInit
  #wanted: ManifestCid | undefined
  #state: IndexState = { state: 'none' }
  #running: { readonly controller: AbortController; readonly end: Promise<void> } | undefined
  #failures = 0
  #retryAtMs: number | undefined
  #missingKeyId: string | undefined

  constructor(components: IndexFetcherComponents & { readonly clock: HistoryClock }, init: IndexTaskInit) {
    this.#components = components
    this.#init = init
  }

  get state(): IndexState {
    return this.#state
  }

  /** One, or none. */
  get missingKeyIds(): readonly string[] {
    return this.#missingKeyId === undefined ? [] : [this.#missingKeyId]
  }

  /** When it is tried again by itself: one time, or none. */
  get retryTimesMs(): readonly number[] {
    return this.#running !== undefined || this.#retryAtMs === undefined ? [] : [this.#retryAtMs]
  }

  /** Another index from now on; with `isReady` its archives are known already. */
  want(cid: ManifestCid | undefined, { isReady = false } = {}): void {
    this.#wanted = cid
    this.#running?.controller.abort()
    this.#running = undefined
    this.#state = isReady ? { state: 'ready' } : { state: cid === undefined ? 'none' : 'fetching' }
    this.retry()
  }

  /** Tries at the next `run`, whatever it waited for. */
  retry(): void {
    this.#failures = 0
    this.#retryAtMs = this.#wanted === undefined || this.#state.state === 'ready' ? undefined : 0
  }

  /** Begins where there is something to begin. */
  run(): void {
    const isDue = this.#retryAtMs !== undefined && this.#retryAtMs <= this.#components.clock.nowMs()
    if (this.#wanted === undefined || this.#running !== undefined || !isDue) return
    const controller = new AbortController()
    this.#state = { state: 'fetching' }
    this.#running = { controller, end: this.#fetch(this.#wanted, controller.signal) }
  }

  /** Ends what is on its way; the next `run` begins it anew. */
  async pause(): Promise<void> {
    const running = this.#running
    running?.controller.abort()
    this.#running = undefined
    await running?.end
  }

  async #fetch(cid: ManifestCid, signal: AbortSignal): Promise<void> {
    const { patienceMs, stallMs, onIndex, onChange } = this.#init
    try {
      const index = await fetchIndex(this.#components, cid, { signal, patienceMs, stallMs })
      if (signal.aborted) return
      this.#state = { state: 'ready' }
      this.#retryAtMs = undefined
      this.#missingKeyId = undefined
      onIndex(cid, index)
    } catch (cause) {
      if (signal.aborted) return
      this.#fail(quireErrorOf(cause))
    }
    this.#running = undefined
    onChange()
  }

  #fail(error: QuireError): void {
    const nowMs = this.#components.clock.nowMs()
    const { keyId } = error.details
    if (error.code === 'ERR_GROUP_KEY_MISSING') {
      this.#missingKeyId = typeof keyId === 'string' ? keyId : undefined
      this.#state = { state: 'waiting', reason: 'missing-key', error }
      this.#retryAtMs = nowMs + KEY_RETRY_MS
      return
    }
    const isNobody = NOBODY.includes(error.code)
    this.#state = isNobody ? { state: 'waiting', reason: 'nobody-has-index', error } : { state: 'failed', error }
    this.#retryAtMs = FINAL.includes(error.code) ? undefined : nowMs + retryPauseMs(this.#failures++)
  }
}
