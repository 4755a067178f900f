import type { TreeCid } from '../codec/cid.ts'
import { type Message, WANT_HAVE } from '../codec/message.ts'
import type { Clock } from './clock.ts'
import { MAX_SCAN_BLOCKS, MAX_WANT_ENTRIES, PRESENCE_ANSWER_MS } from './limits.ts'

/** “Which of these blocks do you have?”, one window of one dataset. */
export interface PresenceQuery {
  readonly downloadId: bigint
  readonly treeCid: TreeCid
  readonly start: number
  readonly count: number
}

/**
 * The want lists that go to one peer, one at a time: a peer that still works on one drops the next unread (generation C),
 * and one that has nothing says nothing, so the next leaves with the answer or after `PRESENCE_ANSWER_MS`.
 */
export class PresenceQueries {
  readonly #clock: Clock
  readonly #send: (message: Message) => Promise<void>
  /** At most one for each download. */
  readonly #waiting = new Map<bigint, PresenceQuery>()
  readonly #asked = new Set<bigint>()
  #timer: unknown
  #isBusy = false

  constructor(components: { clock: Clock; send: (message: Message) => Promise<void> }) {
    this.#clock = components.clock
    this.#send = components.send
  }

  /** Asks as soon as it may; a query of the same download that still waits is replaced. */
  ask(query: PresenceQuery): void {
    this.#waiting.set(query.downloadId, query)
    this.#next()
  }

  cancel(downloadId: bigint): void {
    this.#waiting.delete(downloadId)
  }

  /** To be called with every presence that echoes a download’s id. */
  answered(downloadId: bigint): void {
    if (!this.#asked.delete(downloadId) || this.#asked.size > 0) return
    this.#free()
  }

  close(): void {
    this.#waiting.clear()
    this.#clock.clearTimeout(this.#timer)
  }

  #next(): void {
    if (this.#isBusy || this.#waiting.size === 0) return
    const queries = this.#takeGroup()
    this.#isBusy = true
    for (const query of queries) this.#asked.add(query.downloadId)
    this.#timer = this.#clock.setTimeout(() => this.#free(), PRESENCE_ANSWER_MS)
    // A want list that could not be sent is asked again with the next refresh; the link reports the stream’s end.
    this.#send(wantList(queries)).catch(() => undefined)
  }

  /** Queries that one scan of the peer covers; at least one. */
  #takeGroup(): PresenceQuery[] {
    const group: PresenceQuery[] = []
    let scanBudget = MAX_SCAN_BLOCKS
    for (const query of this.#waiting.values()) {
      if (group.length > 0 && (query.count > scanBudget || group.length >= MAX_WANT_ENTRIES)) break
      scanBudget -= query.count
      group.push(query)
      this.#waiting.delete(query.downloadId)
    }
    return group
  }

  #free(): void {
    this.#clock.clearTimeout(this.#timer)
    this.#asked.clear()
    this.#isBusy = false
    this.#next()
  }
}

function wantList(queries: readonly PresenceQuery[]): Message {
  const entries = queries.map(({ treeCid, start, count, downloadId }) => ({
    address: { treeCid, index: BigInt(start) },
    priority: 0,
    cancel: false,
    wantType: WANT_HAVE,
    sendDontHave: false,
    rangeCount: BigInt(count),
    downloadId,
  }))
  return { wantList: { entries, full: false }, blockPresences: [] }
}
