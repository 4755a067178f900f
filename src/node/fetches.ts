/**
 * The fetches of a node: one for each dataset, remembered from its beginning to its end.
 *
 *   fetch(cid) ──▶ journal ──▶ transfers.run under a PauseSwitch ──▶ fetchDataset, hints dialled ──▶ out of the journal
 *   start()    ──▶ what the last run left in the journal ──▶ the same; what was paused stays paused
 *
 * Only what a person sees as an end (done, stopped, failed for good) takes a fetch out of the journal; a node that stops
 * does not.
 */
import { cidText, type ManifestCid, parseManifestCid } from '../codec/cid.ts'
import { safeFilename } from '../codec/safe-filename.ts'
import { type ErrorCode, isQuireError } from '../errors.ts'
import type { DatasetEntry } from '../store/block-store.ts'
import { connectInBackground, fetchDataset, type FindOptions, keepDialling, type Patience } from './fetch-dataset.ts'
import { FetchJournal, type FetchRecord, mergedAddresses } from './fetch-journal.ts'
import { JoinedRuns } from './joined-runs.ts'
import type { NodeParts } from './node-parts.ts'
import { PauseSwitch } from './pause-switch.ts'
import type { Running, Transfers } from './transfers.ts'

/** Failures of this device that the next start may not meet again. */
const GOES_ON_AFTER: readonly ErrorCode[] = ['ERR_NODE_STOPPED', 'ERR_STORE_FAILED', 'ERR_STORE_UNAVAILABLE']

interface FetchesComponents {
  readonly parts: NodeParts
  readonly transfers: Transfers
  readonly onFetched: (cid: ManifestCid) => void
  /** A dataset was entered in the store; its blocks come from now on. */
  readonly onListed: () => void
}

interface OpenFetch {
  readonly cid: ManifestCid
  readonly pausing: PauseSwitch
  readonly patience: Patience
  record: FetchRecord
}

export class Fetches {
  readonly #parts: NodeParts
  readonly #transfers: Transfers
  readonly #onFetched: (cid: ManifestCid) => void
  readonly #onListed: () => void
  readonly #patience: Patience
  readonly #journal: FetchJournal | undefined
  readonly #runs = new JoinedRuns<DatasetEntry>()
  readonly #open = new Map<string, OpenFetch>()

  constructor({ parts, transfers, onFetched, onListed }: FetchesComponents, init: { patience: Patience }) {
    this.#parts = parts
    this.#transfers = transfers
    this.#onFetched = onFetched
    this.#onListed = onListed
    this.#patience = init.patience
    const { settings, log } = parts
    this.#journal = settings === undefined ? undefined : new FetchJournal({ settings, log })
  }

  /** Takes up what the last run left; resolves when all of it is listed again. */
  async start(): Promise<void> {
    for (const record of (await this.#journal?.load()) ?? []) await this.#takeUp(record)
  }

  /** After the transfers have stopped: resolves when what is to be remembered is written. */
  async stop(): Promise<void> {
    await this.#journal?.settled()
  }

  /** As `QuireNode.fetch` of what is not all here. One that is paused is resumed: somebody asks for it. */
  fetch(cid: ManifestCid, { addresses = [], signal }: FindOptions): Promise<DatasetEntry> {
    const key = cidText(cid)
    const joined = this.#open.get(key)
    if (joined !== undefined) {
      // Its link may name a holder whom the other’s did not.
      this.#remember(joined, { addresses: mergedAddresses(joined.record.addresses, addresses) })
      joined.pausing.resume()
      connectInBackground(this.#parts, { addresses, signal })
    }
    const record = { cid: key, addresses: mergedAddresses(addresses), isPaused: false, startedAtMs: Date.now() }
    const start = (running: AbortSignal): Promise<DatasetEntry> => {
      return this.#run({ cid, record, pausing: new PauseSwitch(), patience: this.#patience }, running)
    }
    return this.#runs.join(key, start, signal)
  }

  async #takeUp(record: FetchRecord): Promise<void> {
    try {
      const cid = parseManifestCid(record.cid)
      const here = await this.#parts.store.getDataset(cid)
      if (here !== undefined && here.haveCount === here.blockCount) return this.#journal?.remove(record.cid)
      const pausing = new PauseSwitch({ isPaused: record.isPaused })
      // It was begun by somebody who has waited once already and may not be there to try again.
      const patience = { ...this.#patience, manifestMs: Number.POSITIVE_INFINITY }
      const taken = this.#runs.join(record.cid, (signal) => this.#run({ cid, record, pausing, patience }, signal))
      // How it ends is told by its transfer.
      taken.catch(() => undefined)
    } catch (error) {
      this.#parts.log('warn', 'a fetch could not be taken up again', { error })
      if (isQuireError(error, 'ERR_CID_INVALID')) this.#journal?.remove(record.cid)
    }
  }

  async #run(fetch: OpenFetch, signal: AbortSignal): Promise<DatasetEntry> {
    const { cid, pausing } = fetch
    const { cid: name, startedAtMs } = fetch.record
    this.#open.set(name, fetch)
    const isNew = this.#journal?.has(name) === false
    this.#remember(fetch, {})
    // Ahead of the transfer’s own: a page that says “Paused” may be loaded anew at once.
    const unfollow = pausing.onChange((isPaused) => {
      this.#remember(fetch, { isPaused })
      return this.#journal?.settled()
    })
    try {
      // What a page lists outlives its reload, however soon that comes.
      if (isNew) await this.#journal?.settled()
      const what = { kind: 'fetch', name, cid, startedAtMs } as const
      const entry = await this.#transfers.run(what, (running) => this.#work(fetch, running), { signal, pausing })
      this.#forget(fetch)
      this.#onFetched(cid)
      return entry
    } catch (error) {
      if (!GOES_ON_AFTER.some((code) => isQuireError(error, code))) this.#forget(fetch)
      throw error
    } finally {
      unfollow()
      if (this.#open.get(name) === fetch) this.#open.delete(name)
    }
  }

  async #work(fetch: OpenFetch, { signal, update }: Running): Promise<DatasetEntry> {
    await this.#showWhatIsHere(fetch.cid, update)
    return fetch.pausing.run((running) => this.#fetchOnce(fetch, { signal: running, update }), signal)
  }

  async #fetchOnce(fetch: OpenFetch, running: Running): Promise<DatasetEntry> {
    const { signal } = running
    const what = { cid: fetch.cid, patience: fetch.patience, onListed: this.#onListed }
    await this.#showWhatIsHere(fetch.cid, running.update)
    const dialling = keepDialling(this.#parts, { addresses: () => fetch.record.addresses, signal })
    try {
      for (;;) {
        try {
          return await fetchDataset(this.#parts, what, running)
        } catch (error) {
          // Nobody could be asked, so nobody has said no.
          if (!isQuireError(error, 'ERR_MANIFEST_NOT_FOUND') || !this.#isOffline()) throw error
          await this.#online(signal)
        }
      }
    } finally {
      dialling.stop()
    }
  }

  /** A fetch that goes on says where it stands before anybody was asked. */
  async #showWhatIsHere(cid: ManifestCid, update: Running['update']): Promise<void> {
    const here = await this.#parts.store.getDataset(cid)
    if (here === undefined) return
    const { datasetSizeBytes: totalBytes, blockSizeBytes, filename } = here.manifest
    const doneBytes = Math.min(here.haveCount * blockSizeBytes, totalBytes)
    const continuedFromBytes = doneBytes === 0 ? undefined : doneBytes
    update({ name: safeFilename(filename, cidText(cid)), totalBytes, doneBytes, continuedFromBytes })
  }

  #remember(fetch: OpenFetch, change: Partial<Pick<FetchRecord, 'addresses' | 'isPaused'>>): void {
    fetch.record = { ...fetch.record, ...change }
    this.#journal?.put(fetch.record)
  }

  /** Not where another fetch of the same dataset has begun meanwhile. */
  #forget(fetch: OpenFetch): void {
    if (this.#open.get(fetch.record.cid) === fetch) this.#journal?.remove(fetch.record.cid)
  }

  #isOffline(): boolean {
    return this.#parts.network.status().reachability.state === 'offline'
  }

  #online(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        unsubscribe()
        signal.removeEventListener('abort', onAbort)
        act()
      }
      const onAbort = (): void => settle(() => reject(signal.reason))
      const unsubscribe = this.#parts.network.onStatusChange(() => {
        if (!this.#isOffline()) settle(resolve)
      })
      signal.addEventListener('abort', onAbort, { once: true })
      if (signal.aborted) onAbort()
      else if (!this.#isOffline()) settle(resolve)
    })
  }
}
