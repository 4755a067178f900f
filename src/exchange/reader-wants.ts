import type { Clock } from './clock.ts'
import { noPeerError } from './downloads.ts'

/** Who reads blocks one after the other and asks for some before their turn. */
export interface BlockReader {
  /** The block that it cannot go on without; the others that it asked for are read ahead. */
  readonly waitsFor: number | undefined
  /** `listener` is called whenever it begins to wait for one, until the function given back is called. */
  onWait(listener: () => void): () => void
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined
  /** Whose block it is; without it somebody waits for this one block. */
  readonly reader?: BlockReader | undefined
  /** Fails with `ERR_NO_PEER_HAS_IT` after waiting so long for somebody who has it; by default it waits. */
  readonly giveUpAfterMs?: number | undefined
}

/** A block that a reader waits for, or one that it will soon want. */
export type Urgency = 'next' | 'ahead'

interface Waiter {
  readonly index: number
  readonly reader: BlockReader
  readonly addedAtMs: number
  readonly giveUpAfterMs: number
  readonly resolve: (bytes: Uint8Array) => void
  readonly reject: (reason: unknown) => void
}

interface Seat {
  readonly waiters: Set<Waiter>
  readonly unlisten: () => void
}

/**
 * Blocks that readers want: first the one that each waits for, the reader whose turn is longest ago first; then what they
 * read ahead, the nearest of each before the second of any.
 */
export class ReaderWants {
  readonly #clock: Clock
  readonly #onUrgent: () => void
  readonly #waiters = new Map<number, Set<Waiter>>()
  /** In the order of their turns. */
  readonly #readers = new Map<BlockReader, Seat>()

  /** `onUrgent` is called when a reader begins to wait for a block that may have been asked for already. */
  constructor(components: { clock: Clock; onUrgent?: () => void }) {
    this.#clock = components.clock
    this.#onUrgent = components.onUrgent ?? (() => undefined)
  }

  get size(): number {
    return this.#waiters.size
  }

  /** All of them, the urgent ones first. */
  *indices(): Generator<number> {
    yield* this.wanted('next')
    yield* this.wanted('ahead')
  }

  has(index: number): boolean {
    return this.#waiters.has(index)
  }

  *wanted(urgency: Urgency): Generator<number> {
    if (urgency === 'ahead') {
      yield* this.#ahead()
      return
    }
    for (const [{ waitsFor }, { waiters }] of this.#readers) {
      for (const { index } of waiters) if (index === waitsFor) yield index
    }
  }

  /** These were asked for; the readers that wait for them have had their turn. */
  asked(indices: readonly number[]): void {
    for (const index of indices) {
      for (const { reader } of this.#waiters.get(index) ?? []) {
        const seat = this.#readers.get(reader)
        if (reader.waitsFor !== index || seat === undefined) continue
        this.#readers.delete(reader)
        this.#readers.set(reader, seat)
      }
    }
  }

  /** The block’s bytes, a copy for each reader. An abort rejects with `signal.reason`; other readers go on. */
  want(index: number, options: ReadOptions = {}): Promise<Uint8Array> {
    const { signal, giveUpAfterMs = Number.POSITIVE_INFINITY, reader = lone(index) } = options
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason)
        return
      }
      const onAbort = (): void => {
        this.#remove(waiter)
        reject(signal?.reason)
      }
      const unlisten = (): void => signal?.removeEventListener('abort', onAbort)
      const waiter: Waiter = {
        index,
        reader,
        addedAtMs: this.#clock.now(),
        giveUpAfterMs,
        resolve: (bytes) => {
          unlisten()
          resolve(bytes)
        },
        reject: (reason) => {
          unlisten()
          reject(reason)
        },
      }
      this.#add(waiter)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  deliver(index: number, bytes: Uint8Array): void {
    for (const waiter of this.#waiters.get(index) ?? []) {
      this.#remove(waiter)
      // A reader may hand its bytes to another thread, which would empty those that wait for the store.
      waiter.resolve(bytes.slice())
    }
  }

  /** Ends those whose patience is over; nobody has had the blocks since `waitingSinceMs`. */
  giveUp(waitingSinceMs: number, nowMs: number): void {
    for (const waiters of this.#waiters.values()) {
      for (const waiter of waiters) {
        if (nowMs - Math.max(waitingSinceMs, waiter.addedAtMs) < waiter.giveUpAfterMs) continue
        this.#remove(waiter)
        waiter.reject(noPeerError())
      }
    }
  }

  rejectAll(reason: unknown): void {
    const all = [...this.#waiters.values()].flatMap((waiters) => [...waiters])
    for (const waiter of all) {
      this.#remove(waiter)
      waiter.reject(reason)
    }
  }

  /** Round the readers: the first that each reads ahead, then the second. */
  *#ahead(): Generator<number> {
    let open = [...this.#readers].map(([reader, { waiters }]) => ({ reader, waiters: waiters.values() }))
    while (open.length > 0) {
      const going: typeof open = []
      for (const turn of open) {
        let next = turn.waiters.next()
        while (next.done !== true && next.value.index === turn.reader.waitsFor) next = turn.waiters.next()
        if (next.done === true) continue
        yield next.value.index
        going.push(turn)
      }
      open = going
    }
  }

  #add(waiter: Waiter): void {
    const { index, reader } = waiter
    const others = this.#waiters.get(index)
    if (others === undefined) this.#waiters.set(index, new Set([waiter]))
    else others.add(waiter)
    const seat = this.#readers.get(reader)
    if (seat !== undefined) seat.waiters.add(waiter)
    else this.#readers.set(reader, { waiters: new Set([waiter]), unlisten: reader.onWait(this.#onUrgent) })
  }

  #remove(waiter: Waiter): void {
    const { index, reader } = waiter
    const waiters = this.#waiters.get(index)
    waiters?.delete(waiter)
    if (waiters?.size === 0) this.#waiters.delete(index)
    const seat = this.#readers.get(reader)
    seat?.waiters.delete(waiter)
    if (seat?.waiters.size !== 0) return
    seat.unlisten()
    this.#readers.delete(reader)
  }
}

/** Who wants one block and no other. */
function lone(index: number): BlockReader {
  return { waitsFor: index, onWait: () => () => undefined }
}
