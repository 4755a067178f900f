import { isQuireError, QuireError } from '../errors.ts'
import type { StoreSpace } from './block-store.ts'
import { readTotals } from './block-uses.ts'
import type { Evictor } from './evictor.ts'
import type { Kv } from './kv.ts'
import { Mutex } from './mutex.ts'
import type { Reclaimer } from './reclaimer.ts'
import type { Totals } from './records.ts'

export interface Room {
  readonly quotaBytes: number
  readonly freeBytes: number
}

/** How much a backend can hold. */
export interface SpaceProbe {
  /** Most that `usedBytes` may become; Infinity where only the backend’s own refusal counts. */
  readonly limitBytes: number
  /** The room there is now, given what the store says it uses. */
  measure(usedBytes: number): Promise<Room>
}

/** Space promised to one upload; what it stores is taken off, the rest is given back by `release`. */
export interface Reservation {
  spend(bytes: number): void
  release(): void
}

/** The tree’s nodes: at most two for each block. */
const TREE_BYTES_PER_BLOCK = 64
/** The first page of nodes and of presence, the manifest, and what a backend writes around them. */
const MARGIN_BYTES = 32_768

/** What a dataset takes at most. */
export function neededBytes(blockCount: number, blockSizeBytes: number): number {
  return blockCount * (blockSizeBytes + TREE_BYTES_PER_BLOCK) + MARGIN_BYTES
}

/** Knows what is used, what is free, and what of that is promised; refuses what cannot fit before it starts. */
export class SpaceLedger {
  readonly #kv: Kv
  readonly #probe: SpaceProbe
  readonly #reclaimer: Reclaimer
  readonly #evictor: Evictor
  /** So that two uploads are not measured against the same free bytes. */
  readonly #turns = new Mutex()
  #promisedBytes = 0

  constructor(components: { kv: Kv; probe: SpaceProbe; reclaimer: Reclaimer; evictor: Evictor }) {
    this.#kv = components.kv
    this.#probe = components.probe
    this.#reclaimer = components.reclaimer
    this.#evictor = components.evictor
  }

  async space(): Promise<StoreSpace> {
    const { usedBytes, blockCount } = await this.#kv.read(readTotals)
    const { quotaBytes, freeBytes } = await this.#probe.measure(usedBytes)
    return { usedBytes, blockCount, quotaBytes, freeBytes }
  }

  /** `sparedRoot`: content that must not go to make the room. Errors: `ERR_STORE_FULL` with details `neededBytes`, `freeBytes`. */
  async require(bytes: number, sparedRoot?: Uint8Array): Promise<void> {
    await this.#turns.run(async () => this.#check(bytes, sparedRoot))
  }

  /** The same, and keeps the space for the caller. */
  async reserve(bytes: number): Promise<Reservation> {
    return this.#turns.run(async () => {
      await this.#check(bytes)
      return this.#promise(bytes)
    })
  }

  /** Makes room until so much is free, as far as that goes. */
  async keepFree(freeBytes: number): Promise<void> {
    await this.#turns.run(async () => {
      const missingBytes = freeBytes - (await this.#unpromisedBytes())
      if (missingBytes > 0) await this.#evictor.makeRoom({ bytes: missingBytes, reason: 'low', isPartOfUse: true })
    })
  }

  /** Refuses totals above the limit; for use inside a transaction. Errors: `ERR_STORE_FULL`. */
  checkTotals({ usedBytes }: Totals): void {
    const { limitBytes } = this.#probe
    if (usedBytes <= limitBytes) return
    throw new QuireError('ERR_STORE_FULL', 'The space for Quire is used up.', { details: { quotaBytes: limitBytes } })
  }

  /** `error` with the numbers of the store, where it says that the store is full. */
  async explain(error: unknown): Promise<unknown> {
    if (!isQuireError(error, 'ERR_STORE_FULL') || error.details['freeBytes'] !== undefined) return error
    try {
      const { usedBytes, quotaBytes, freeBytes } = await this.space()
      const details = { usedBytes, quotaBytes, freeBytes, ...error.details }
      return new QuireError('ERR_STORE_FULL', error.message, { cause: error.cause ?? error, details })
    } catch {
      // A store that is too ill to give numbers still said the essential.
      return error
    }
  }

  async #check(bytes: number, sparedRoot?: Uint8Array): Promise<void> {
    if (bytes <= (await this.#unpromisedBytes())) return
    // Deleted datasets may still be on their way out.
    await this.#reclaimer.settled()
    const freeBefore = await this.#unpromisedBytes()
    if (bytes <= freeBefore) return
    const freedBytes = await this.#evictor.makeRoom({ bytes: bytes - freeBefore, reason: 'needed', sparedRoot })
    // A browser’s estimate may lag behind what was freed.
    const freeBytes = Math.max(await this.#unpromisedBytes(), freeBefore + freedBytes)
    if (bytes <= freeBytes) return
    const details = { neededBytes: bytes, freeBytes }
    const message = `This needs ${inWords(bytes, Math.ceil)}, and ${inWords(freeBytes, Math.floor)} are free.`
    throw new QuireError('ERR_STORE_FULL', message, { details })
  }

  async #unpromisedBytes(): Promise<number> {
    const { freeBytes } = await this.space()
    return Math.max(0, freeBytes - this.#promisedBytes)
  }

  #promise(bytes: number): Reservation {
    let leftBytes = bytes
    this.#promisedBytes += bytes
    const spend = (spentBytes: number): void => {
      const taken = Math.min(leftBytes, spentBytes)
      leftBytes -= taken
      this.#promisedBytes -= taken
    }
    return { spend, release: () => spend(leftBytes) }
  }
}

/** “12.9 GB”; `round` keeps what is needed from reading as less than what is free. The error’s details are exact. */
function inWords(bytes: number, round: (tenths: number) => number): string {
  const [unitBytes, unit] = bytes < 1e9 ? [1e6, 'MB'] : [1e9, 'GB']
  return `${round(bytes / (unitBytes / 10)) / 10} ${unit}`
}
