import { parseManifestCid, type ManifestCid } from '../../codec/cid.ts'
import { isQuireError } from '../../errors.ts'
import { type HistoryClock, isFarAhead } from '../clock.ts'
import { type AcceptedLink, latestClockMs } from '../follow/accept-link.ts'
import type { AbortOptions, HistoryDatasets } from '../ports.ts'
import type { PublishJournal, PublishRecord } from './publish-journal.ts'

/** As often as Status announces its link again. */
const REPEAT_MS = 7 * 24 * 3_600_000
const FIRST_RETRY_MS = 60_000
const MAX_RETRY_MS = 3_600_000

interface AnnouncerComponents {
  readonly journal: PublishJournal
  readonly datasets: HistoryDatasets
  readonly clock: HistoryClock
  readonly signLink: (link: { clockMs: number; archiveLink: string }) => Promise<Uint8Array>
  readonly announce: (envelope: Uint8Array, options: AbortOptions) => Promise<number>
  readonly newestLink: () => AcceptedLink | undefined
  readonly floorClockMs?: (() => number) | undefined
}

interface AnnouncerInit {
  readonly onLink?: ((link: AcceptedLink, envelope: Uint8Array) => void) | undefined
}

/** Signs links and makes them known, at once, at each start and every week, until somebody takes them. */
export class LinkAnnouncer {
  readonly #components: AnnouncerComponents
  readonly #init: AnnouncerInit
  /** Undefined while the weekly rhythm says when. */
  #nextMs: number | undefined
  #failures = 0

  constructor(components: AnnouncerComponents, init: AnnouncerInit) {
    this.#components = components
    this.#init = init
  }

  /** When the link is to be announced next; undefined where there is none. */
  get dueMs(): number | undefined {
    const { link, announcedAtMs } = this.#components.journal.record
    if (link === undefined) return undefined
    return this.#nextMs ?? (announcedAtMs === undefined ? 0 : announcedAtMs + REPEAT_MS)
  }

  announceSoon(): void {
    this.#nextMs = 0
  }

  /**
   * Notes what a run has changed, with a new link where there is a new index; from here on it will be announced.
   *
   * Errors: `ERR_KEY_LOCKED`, `ERR_STORE_FULL`; then nothing has changed.
   */
  async sign(indexCid: ManifestCid | undefined, change: Partial<PublishRecord>): Promise<void> {
    const { journal, clock, datasets } = this.#components
    const obsolete = [...new Set([...journal.record.obsolete, ...(change.obsolete ?? [])])]
    if (indexCid === undefined) return journal.update({ ...change, obsolete })
    try {
      const signed = await this.#signed(indexCid)
      await journal.update({ ...change, ...signed, obsolete, announcedAtMs: undefined, publishedAtMs: clock.nowMs() })
    } catch (error) {
      // Of a sealed index, every attempt has bytes of its own.
      const isCurrent = journal.record.link?.indexCid.toString() === indexCid.toString()
      if (!isCurrent) await datasets.remove(indexCid).catch(() => false)
      throw error
    }
    this.#nextMs = 0
    this.#tell()
  }

  /** Where nobody takes it, it is due again after a pause that grows. Rejects only with the signal’s reason. */
  async announce(signal: AbortSignal): Promise<void> {
    const { journal, clock, announce } = this.#components
    const { link } = journal.record
    if (link === undefined) return
    if (this.#isSuperseded(link)) {
      this.#nextMs = clock.nowMs() + REPEAT_MS
      return
    }
    const takers = await this.#renew(link)
      .then(async () => announce(bytesOf(journal.record.envelope ?? ''), { signal }))
      .catch(() => 0)
    signal.throwIfAborted()
    if (takers === 0) {
      this.#nextMs = clock.nowMs() + Math.min(FIRST_RETRY_MS * 2 ** this.#failures++, MAX_RETRY_MS)
      return
    }
    this.#failures = 0
    this.#nextMs = undefined
    await journal.update({ announcedAtMs: clock.nowMs() })
    await this.#removeObsolete()
  }

  /** Another device of the owner’s has published since: the next run here takes its archives along. */
  #isSuperseded(link: AcceptedLink): boolean {
    const newest = this.#components.newestLink()
    if (newest === undefined || newest.clockMs <= link.clockMs) return false
    if (isFarAhead(newest.clockMs, this.#components.clock.nowMs())) return false
    return newest.indexCid.toString() !== link.indexCid.toString()
  }

  /**
   * Every week the link gets a new clock. At a start it does not: another device’s newer link may not have come here yet, and
   * must not be outbid by this one. One that was signed while this device’s clock was far ahead is signed again at once,
   * and where the time of such a one has come, it is outbid.
   */
  async #renew(link: AcceptedLink): Promise<void> {
    const { clock, journal } = this.#components
    const { aheadClockMs } = journal.record
    const isWrong = isFarAhead(link.clockMs, clock.nowMs())
    const isDue = aheadClockMs !== undefined && !isFarAhead(aheadClockMs, clock.nowMs())
    if (this.#nextMs !== undefined && !isWrong && !isDue) return
    try {
      await journal.update(await this.#signed(link.indexCid))
    } catch (error) {
      // The link that was signed before says the same.
      if (isQuireError(error, 'ERR_KEY_LOCKED')) return
      throw error
    }
    this.#tell()
  }

  /** One far ahead is believed by nobody: continued, it would make every link of the owner’s one that is refused. */
  async #signed(
    indexCid: ManifestCid,
  ): Promise<{ link: AcceptedLink; envelope: string; aheadClockMs: number | undefined }> {
    const { journal, clock, signLink, newestLink } = this.#components
    const { link, aheadClockMs = 0 } = journal.record
    const nowMs = clock.nowMs()
    const clocks = [link?.clockMs ?? 0, newestLink()?.clockMs ?? 0, aheadClockMs]
    const lastMs = Math.max(...clocks.filter((ms) => !isFarAhead(ms, nowMs)), this.#floorMs(nowMs))
    const clockMs = Math.max(nowMs, lastMs + 1)
    const envelope = await signLink({ clockMs, archiveLink: indexCid.toString() })
    const stillAheadMs = Math.max(0, ...clocks.filter((ms) => isFarAhead(ms, nowMs)))
    const ahead = stillAheadMs === 0 ? undefined : stillAheadMs
    return { link: { clockMs, indexCid }, envelope: textOf(envelope), aheadClockMs: ahead }
  }

  #floorMs(nowMs: number): number {
    const floorMs = this.#components.floorClockMs?.() ?? 0
    return floorMs < latestClockMs(nowMs) ? floorMs : 0
  }

  #tell(): void {
    const { link, envelope = '' } = this.#components.journal.record
    if (link !== undefined) this.#init.onLink?.(link, bytesOf(envelope))
  }

  async #removeObsolete(): Promise<void> {
    const { journal, datasets } = this.#components
    const current = journal.record.link?.indexCid.toString()
    for (const cid of journal.record.obsolete) if (cid !== current) await datasets.remove(parseManifestCid(cid))
    await journal.update({ obsolete: [] })
  }
}

function textOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
