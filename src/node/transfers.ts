/**
 * Everything that is being uploaded, fetched or saved, and what has ended lately.
 *
 *   run(what, work) ──▶ work({ signal, update }) ──▶ phases and bytes ──▶ onChange (at most four times a second)
 *        ▲ cancel(id), cancelOf(cid), or the caller’s own signal; pause(id), resume(id) where the work has a switch
 */
import { isQuireError, QuireError } from '../errors.ts'
import { cidText, type ManifestCid } from '../codec/cid.ts'
import { Coalescer } from './coalescer.ts'
import type { PauseSwitch } from './pause-switch.ts'
import { RateMeter } from './rate-meter.ts'
import { isEnded, type Transfer, type TransferPhase } from './transfer.ts'

/** Ended transfers that stay in the list until they are dismissed; the oldest go first. */
const MAX_ENDED = 50
/** How often rates are told anew while nothing else changes: a stall must show. */
const REFRESH_MS = 1_000

export type TransferChange =
  | { readonly type: 'transfer'; readonly transfer: Transfer }
  | { readonly type: 'transfer-removed'; readonly id: string }

export type TransferUpdate = Partial<
  Pick<
    Transfer,
    'name' | 'cid' | 'phase' | 'doneBytes' | 'totalBytes' | 'continuedFromBytes' | 'startedAtMs' | 'reference'
  >
>

/** What a transfer’s work is given. */
export interface Running {
  /** Aborts when the transfer is cancelled, the node stops, or the caller’s signal aborts. */
  readonly signal: AbortSignal
  readonly update: (update: TransferUpdate) => void
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined
  /** Makes the transfer one that can be paused; the work itself runs under it. */
  readonly pausing?: PauseSwitch | undefined
}

interface Entry {
  transfer: Transfer
  readonly pausing: PauseSwitch | undefined
  meter: RateMeter | undefined
  readonly controller: AbortController
  readonly ended: Promise<void>
}

export interface TransfersInit {
  readonly now?: (() => number) | undefined
  readonly intervalMs?: number | undefined
}

export class Transfers {
  readonly #now: () => number
  readonly #onChange: (change: TransferChange) => void
  readonly #changed: Coalescer<string>
  readonly #entries = new Map<string, Entry>()
  #refresh: ReturnType<typeof setInterval> | undefined
  /** Ids of the node before, which pages may still show, name nothing of this one. */
  readonly #run = crypto.randomUUID().slice(0, 8)
  #nextId = 1

  constructor(components: { onChange: (change: TransferChange) => void }, init: TransfersInit = {}) {
    this.#now = init.now ?? Date.now
    this.#onChange = components.onChange
    const { intervalMs } = init
    this.#changed = new Coalescer((ids) => this.#tell(ids), intervalMs === undefined ? {} : { intervalMs })
  }

  /** Oldest first. */
  list(): Transfer[] {
    return [...this.#entries.values()].map(({ transfer }) => this.#measured(transfer))
  }

  /** Enters a transfer, does its work, and keeps how it ended. Rejects as the work does. */
  async run<T>(
    what: Pick<Transfer, 'kind' | 'name'> & TransferUpdate,
    work: (running: Running) => Promise<T>,
    { signal, pausing }: RunOptions = {},
  ): Promise<T> {
    signal?.throwIfAborted()
    const ended = Promise.withResolvers<void>()
    const entry = this.#enter(what, { ended: ended.promise, pausing })
    const { id } = entry.transfer
    const onAbort = (): void => entry.controller.abort(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    const unfollow = pausing?.onChange((isPaused) => this.#showPause(entry, isPaused))
    try {
      const update = (part: TransferUpdate): void => this.#update(id, part)
      const result = await work({ signal: entry.controller.signal, update })
      this.#end(id, { state: 'done' })
      return result
    } catch (error) {
      this.#end(id, entry.controller.signal.aborted ? { state: 'cancelled' } : failedBy(error))
      throw error
    } finally {
      signal?.removeEventListener('abort', onAbort)
      unfollow?.()
      ended.resolve()
    }
  }

  /** Resolves when the work has cleaned up behind itself; at once for one that has ended or is not known. */
  async cancel(id: string): Promise<void> {
    const entry = this.#running(id)
    if (entry === undefined) return
    entry.controller.abort(new DOMException('The transfer was cancelled.', 'AbortError'))
    await entry.ended
  }

  /** Stops its bytes until `resume`; nothing for one that has ended or cannot be paused. */
  pause(id: string): void {
    this.#running(id)?.pausing?.pause()
  }

  resume(id: string): void {
    this.#running(id)?.pausing?.resume()
  }

  /** Cancels whatever runs for a dataset. */
  async cancelOf(cid: ManifestCid): Promise<void> {
    const text = cidText(cid)
    const own = [...this.#entries.values()].filter(({ transfer }) => transfer.cid && cidText(transfer.cid) === text)
    await Promise.all(own.map(({ transfer }) => this.cancel(transfer.id)))
  }

  /** Removes an ended transfer from the list. */
  dismiss(id: string): void {
    const entry = this.#entries.get(id)
    if (entry !== undefined && isEnded(entry.transfer)) this.#remove(id)
  }

  /** Cancels everything and resolves when all of it has cleaned up. */
  async stop(): Promise<void> {
    const stopping = new QuireError('ERR_NODE_STOPPED', 'The node stops.')
    for (const { controller } of this.#entries.values()) controller.abort(stopping)
    await Promise.all([...this.#entries.values()].map(({ ended }) => ended))
    clearInterval(this.#refresh)
    this.#changed.stop()
  }

  #running(id: string): Entry | undefined {
    const entry = this.#entries.get(id)
    return entry === undefined || isEnded(entry.transfer) ? undefined : entry
  }

  #showPause(entry: Entry, isPaused: boolean): void {
    entry.transfer = { ...entry.transfer, phase: { state: isPaused ? 'paused' : 'preparing' } }
    // What its rate was says nothing of how it will go on.
    entry.meter = undefined
    this.#changed.mark(entry.transfer.id)
  }

  #enter(what: Pick<Transfer, 'kind' | 'name'> & TransferUpdate, run: Pick<Entry, 'ended' | 'pausing'>): Entry {
    const transfer: Transfer = {
      id: this.#newId(what),
      phase: { state: run.pausing?.isPaused === true ? 'paused' : 'preparing' },
      isPausable: run.pausing !== undefined,
      doneBytes: 0,
      bytesPerSecond: 0,
      startedAtMs: this.#now(),
      ...what,
    }
    const entry: Entry = { transfer, meter: undefined, controller: new AbortController(), ...run }
    // One that ended before, of the same content, goes.
    this.#entries.delete(transfer.id)
    this.#entries.set(transfer.id, entry)
    this.#changed.mark(transfer.id)
    this.#refresh ??= setInterval(() => this.#refreshAll(), REFRESH_MS)
    return entry
  }

  /** A fetch has the same one from run to run, so that a page goes on showing it in its place when the node moves. */
  #newId({ kind, cid }: Pick<Transfer, 'kind'> & TransferUpdate): string {
    const lasting = kind === 'fetch' && cid !== undefined ? `fetch-${cidText(cid)}` : undefined
    if (lasting !== undefined && this.#running(lasting) === undefined) return lasting
    return `${kind}-${this.#run}-${this.#nextId++}`
  }

  #update(id: string, update: TransferUpdate): void {
    const entry = this.#running(id)
    if (entry === undefined) return
    // Work that is being interrupted may still tell where it stands.
    const known = entry.pausing?.isPaused === true ? { phase: entry.transfer.phase } : {}
    entry.transfer = { ...entry.transfer, ...update, ...known }
    const { doneBytes, phase } = entry.transfer
    if (update.doneBytes !== undefined) entry.meter?.add(doneBytes, this.#now())
    // What is done when bytes begin to move came from before, e.g. from an earlier fetch that was cancelled.
    if (phase.state === 'moving') entry.meter ??= new RateMeter(doneBytes, this.#now())
    this.#changed.mark(id)
  }

  #end(id: string, phase: TransferPhase): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    entry.transfer = { ...entry.transfer, phase }
    entry.meter = undefined
    this.#changed.mark(id)
    const ended = [...this.#entries.values()].filter(({ transfer }) => isEnded(transfer))
    for (const { transfer } of ended.slice(0, -MAX_ENDED)) this.#remove(transfer.id)
    if (ended.length === this.#entries.size) this.#stopRefreshing()
  }

  #remove(id: string): void {
    this.#entries.delete(id)
    this.#onChange({ type: 'transfer-removed', id })
  }

  #refreshAll(): void {
    for (const { transfer } of this.#entries.values()) if (!isEnded(transfer)) this.#changed.mark(transfer.id)
  }

  #stopRefreshing(): void {
    clearInterval(this.#refresh)
    this.#refresh = undefined
  }

  #tell(ids: ReadonlySet<string>): void {
    for (const id of ids) {
      const entry = this.#entries.get(id)
      if (entry !== undefined) this.#onChange({ type: 'transfer', transfer: this.#measured(entry.transfer) })
    }
  }

  #measured(transfer: Transfer): Transfer {
    const bytesPerSecond = this.#entries.get(transfer.id)?.meter?.bytesPerSecond(this.#now()) ?? 0
    const { totalBytes, doneBytes } = transfer
    if (totalBytes === undefined || bytesPerSecond === 0) return { ...transfer, bytesPerSecond }
    return { ...transfer, bytesPerSecond, secondsLeft: Math.max(0, totalBytes - doneBytes) / bytesPerSecond }
  }
}

function failedBy(error: unknown): TransferPhase {
  if (isQuireError(error)) return { state: 'failed', error }
  const unknown = new QuireError('ERR_UNKNOWN', 'Something went wrong that Quire did not expect.', { cause: error })
  return { state: 'failed', error: unknown }
}
