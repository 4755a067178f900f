/**
 * Tells the network which datasets are here, unless a person has switched that off; it passes that on to keepers as they come.
 *
 *   arrived, worth asking for, start, switched on ──▶ network.provide        deleted, switched off ──▶ network.unprovide
 */
import { cidText, type ManifestCid } from '../codec/cid.ts'
import type { DatasetEntry } from '../store/block-store.ts'
import { AnnounceSetting } from './announce-setting.ts'
import type { NodeParts } from './node-parts.ts'
import type { TransferChange } from './transfers.ts'

/**
 * A part of so many bytes is worth asking for: to find its holder and to connect to it takes about as long as to fetch that
 * much from another over a slow line.
 */
const WORTH_ASKING_BYTES = 1_048_576

type AnnouncerParts = Pick<NodeParts, 'store' | 'network' | 'settings' | 'log'>

export class DatasetAnnouncer {
  readonly #parts: AnnouncerParts
  readonly #setting: AnnounceSetting
  readonly #onChange: () => void
  readonly #stopping = new AbortController()
  /** What the network was asked to tell. */
  readonly #announced = new Set<string>()

  /** `onChange` is called when the number of datasets that are announced, or a switch, has changed. */
  constructor(components: AnnouncerParts, init: { onChange: () => void }) {
    this.#parts = components
    this.#onChange = init.onChange
    this.#setting = new AnnounceSetting(components)
  }

  get announcedCount(): number {
    return this.#announced.size
  }

  /** Whether a dataset is announced as soon as it is here. */
  isAnnounced(cid: ManifestCid): boolean {
    return this.#setting.isAnnounced(cid)
  }

  /** Takes the switches that were kept; never fails. */
  restore(): Promise<void> {
    return this.#setting.restore()
  }

  /** Tells of every dataset that is worth asking for; a failure is only logged. */
  async announceAll(): Promise<void> {
    try {
      const worthAsking = (await this.#parts.store.listDatasets()).filter(isWorthAsking)
      for (const { manifestCid, addedAtMs } of worthAsking) await this.announce(manifestCid, addedAtMs)
    } catch (error) {
      this.#parts.log('warn', 'datasets could not be announced', { error })
    }
  }

  /** Tells of one dataset, unless that is switched off; a failure is only logged. */
  async announce(cid: ManifestCid, sinceMs = Date.now()): Promise<void> {
    const { signal } = this.#stopping
    if (signal.aborted || !this.#setting.isAnnounced(cid)) return
    this.#announced.add(cidText(cid))
    this.#onChange()
    try {
      await this.#parts.network.provide(cid, { signal, sinceMs })
    } catch (error) {
      if (!signal.aborted) this.#parts.log('info', 'a dataset could not be announced', { cid: cidText(cid), error })
    }
  }

  /** A fetch goes on: others are told of its dataset as soon as there is something worth asking for. */
  follow(change: TransferChange): void {
    if (change.type !== 'transfer') return
    const { kind, cid, doneBytes, phase } = change.transfer
    // One that has ended may have been deleted since.
    if (kind !== 'fetch' || phase.state !== 'moving' || cid === undefined || doneBytes < WORTH_ASKING_BYTES) return
    if (!this.#announced.has(cidText(cid))) void this.announce(cid)
  }

  /** Switches it on or off for good; resolves when that is kept. Errors: those of `SettingsStore.set`. */
  async setAnnounced(cid: ManifestCid, isAnnounced: boolean): Promise<void> {
    const keeping = this.#setting.set(cid, isAnnounced)
    this.#onChange()
    if (!isAnnounced) this.withdraw(cid)
    await keeping
    const here = isAnnounced ? await this.#parts.store.getDataset(cid) : undefined
    // Nothing waits for keepers: the switch holds, whether they answer or not.
    if (here !== undefined && isWorthAsking(here)) void this.announce(cid, here.addedAtMs)
  }

  /** Tells it no more. What keepers know of it ends by itself within about an hour. */
  withdraw(cid: ManifestCid): void {
    if (this.#announced.delete(cidText(cid))) this.#onChange()
    const { network, log } = this.#parts
    network.unprovide(cid).catch((error: unknown) => log('info', 'a dataset is still announced', { error }))
  }

  /** A dataset was deleted: one that comes again is announced, as any new one. */
  async forget(cid: ManifestCid): Promise<void> {
    this.withdraw(cid)
    await this.#setting.set(cid, true)
  }

  stop(): void {
    this.#stopping.abort()
  }
}

function isWorthAsking({ haveCount, blockCount, manifest }: DatasetEntry): boolean {
  return haveCount === blockCount || haveCount * manifest.blockSizeBytes >= WORTH_ASKING_BYTES
}
