/** What a person can do with files: add, fetch, save, delete, share, stop. Failures end in notices, never in the console. */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { isQuireError } from '../../errors.ts'
import type { ErrorCode } from '../../errors.ts'
import type {
  BlockMapView,
  DatasetView,
  ErrorView,
  InterruptedUploadView,
  NodeApi,
  UploadLimitsView,
} from '../../rpc/api.ts'
import type { PageServices } from '../page/page-services.ts'
import { countOf } from '../format/bytes.ts'
import { displayName, fileNameFor } from '../format/names.ts'
import { isRunning } from '../format/words.ts'
import { isAbort, viewOfError } from '../../rpc/errors.ts'
import { transferOf } from './node-snapshot.ts'
import type { NodeSnapshot } from './node-snapshot.ts'
import { concerns, emptyFileError, tooManyFilesError, unreadableFileError } from './notices.ts'
import type { Notice, NoticeKind, Notices } from './notices.ts'
import { NotAdded } from './not-added.ts'
import { findCid } from './route.ts'
import type { Router } from './router.ts'
import { UploadQueue } from './upload-queue.ts'
import type { QueuedFile } from './upload-queue.ts'

interface FileActionsParts {
  readonly node: () => NodeApi
  readonly snapshot: () => NodeSnapshot
  readonly page: PageServices
  readonly router: Router
  readonly notices: Notices
  readonly announce: (text: string) => void
}

/** What the fetch box shows under itself; everything else that fails has a row or a notice. */
const INPUT_CODES: readonly ErrorCode[] = ['ERR_CID_INVALID', 'ERR_CID_WRONG_KIND', 'ERR_LINK_INVALID']
/** Links are remembered for “Fetch again”, as they carry addresses; an address is of little use after this many others. */
const MAX_REMEMBERED_LINKS = 100

export class FileActions {
  readonly queue: UploadQueue
  readonly notAdded: NotAdded
  readonly #parts: FileActionsParts
  readonly #fetchError = signal<ErrorView | undefined>(undefined)
  readonly #links = new Map<string, string>()

  constructor(parts: FileActionsParts) {
    this.#parts = parts
    this.notAdded = new NotAdded(() => parts.page.tabStorage?.() ?? parts.page.storage())
    this.queue = new UploadQueue({
      upload: ({ file, name }, abort) =>
        parts.node().upload(file, { signal: abort, name, ...(file.type === '' ? {} : { mediaType: file.type }) }),
      onStored: ({ cid }, isOnly) => {
        if (isOnly) parts.router.showDataset(cid)
      },
      onFailed: (file, error) => this.#tellNotAdded(file, error),
      onGivenUp: (files, error) => {
        this.notAdded.keep(files)
        this.#report(
          'upload',
          files.map(({ name }) => name),
          error,
        )
      },
    })
  }

  /** Why the text in the fetch box is refused. */
  get fetchError(): ReadonlySignal<ErrorView | undefined> {
    return this.#fetchError
  }

  clearFetchError(): void {
    this.#fetchError.value = undefined
  }

  add(files: readonly QueuedFile[]): void {
    this.notAdded.given(files)
    const { acceptedCount, emptyNames, leftOutCount } = this.queue.add(files)
    if (acceptedCount > 0) this.#parts.announce(`Adding ${countOf(acceptedCount, 'file')}`)
    if (emptyNames.length > 0) this.#parts.notices.add('upload', emptyNames, emptyFileError(emptyNames.length))
    if (leftOutCount > 0) this.#parts.notices.add('upload', [], tooManyFilesError())
  }

  /** Fetches a link or CID and shows its dataset; false where the text was refused. */
  async fetch(text: string): Promise<boolean> {
    const link = text.trim()
    this.clearFetchError()
    const cid = findCid(link)
    const { router, node } = this.#parts
    if (cid !== undefined) {
      this.#remember(cid, link)
      router.showDataset(cid)
      if (this.#isHereOrComing(cid)) return true
    }
    try {
      await node().fetch(link)
    } catch (error) {
      return this.#fetchFailed(error, link, cid)
    }
    return true
  }

  /** Fetches what is missing of a dataset, with the addresses of the link that it came from. */
  async fetchAgain(cid: string): Promise<void> {
    const failed = transferOf(this.#parts.snapshot().transfers, cid)
    if (failed !== undefined && !isRunning(failed)) await this.dismiss(failed.id)
    await this.fetch(this.#links.get(cid) ?? cid)
  }

  /** Writes a dataset to the disk: through the save dialog where there is one, else as a download. */
  async save({ cid, name }: DatasetView): Promise<void> {
    const { page, node } = this.#parts
    const fileName = fileNameFor(name, `${cid}.bin`)
    await this.#try('save', name ?? cid, async () => {
      if (page.chooseSaveTarget === undefined) {
        const file = await node().exportFile(cid)
        page.download(file, fileName, () => void this.#release(cid))
        return
      }
      const target = await page.chooseSaveTarget(fileName)
      if (target !== undefined) await node().save(cid, target)
    })
  }

  async delete({ cid, name }: DatasetView): Promise<void> {
    await this.#try('delete', name ?? cid, async () => {
      await this.#parts.node().delete(cid)
      if (this.#parts.router.route.peek().cid === cid) this.#parts.router.showDataset(undefined)
      this.#parts.announce(`${displayName(name)}: deleted from this device`)
    })
  }

  /** The link to hand out now; undefined (and a notice) where none could be made. */
  async shareLink({ cid, name }: Pick<DatasetView, 'cid' | 'name'>): Promise<string | undefined> {
    return this.#try('share', name ?? cid, () => this.#parts.node().shareLink(cid, this.#parts.page.baseUrl))
  }

  /** Copies text and says so; `what` begins the sentence. False where the browser refused. */
  async copy(text: string, what: string): Promise<boolean> {
    const isCopied = await this.#try('other', what, async () => {
      await this.#parts.page.copyText(text)
      return true
    })
    if (isCopied === true) this.#parts.announce(`${what} copied`)
    return isCopied ?? false
  }

  async stop(transferId: string): Promise<void> {
    await this.#try('other', '', () => this.#parts.node().cancelTransfer(transferId))
  }

  /** Frees what is here of an upload that was cut off. */
  async discardUpload({ id, name, sizeBytes }: InterruptedUploadView): Promise<void> {
    await this.#try('other', name, async () => {
      await this.#parts.node().discardUpload(id)
      this.notAdded.leaveOutOne({ name, sizeBytes })
      this.#parts.announce(`${displayName(name)}: removed`)
    })
  }

  async pause(transferId: string): Promise<void> {
    await this.#try('other', '', () => this.#parts.node().pauseTransfer(transferId))
  }

  async resume(transferId: string): Promise<void> {
    this.queue.hold(false)
    await this.#try('other', '', () => this.#parts.node().resumeTransfer(transferId))
  }

  /** Pauses everything that runs, and lets nothing begin in its place; where all of it is paused, resumes it. */
  async pauseOrResumeAll(): Promise<void> {
    const pausable = this.#parts.snapshot().transfers.filter((transfer) => transfer.isPausable && isRunning(transfer))
    const moving = pausable.filter(({ phase }) => phase.state !== 'paused')
    this.queue.hold(moving.length > 0)
    if (moving.length > 0) await Promise.all(moving.map(({ id }) => this.pause(id)))
    else await Promise.all(pausable.map(({ id }) => this.resume(id)))
  }

  /** Undefined where it cannot be told, e.g. while the node goes; the map is drawn anew soon. */
  async blockMap(cid: string, maxCells: number): Promise<BlockMapView | undefined> {
    try {
      return await this.#parts.node().blockMap(cid, maxCells)
    } catch {
      // What fails here fails elsewhere, too, where a person waits for it.
      return undefined
    }
  }

  /** Takes the row of a transfer that has ended away. */
  async dismiss(transferId: string): Promise<void> {
    const transfer = this.#parts.snapshot().transfers.find(({ id }) => id === transferId)
    if (transfer !== undefined) this.#parts.notices.forget(transfer)
    await this.#try('other', '', () => this.#parts.node().dismissTransfer(transferId))
  }

  /** Takes a notice away, and first the failed transfers that it hides. */
  async dismissNotice(notice: Notice): Promise<void> {
    const { snapshot, notices, node } = this.#parts
    const hidden = snapshot().transfers.filter((transfer) => concerns(notice, transfer))
    await Promise.all(hidden.map(({ id }) => this.#try('other', '', () => node().dismissTransfer(id))))
    notices.dismiss(notice.id)
  }

  /** Adds what a notice says was not added. */
  async addAgain(notice: Notice): Promise<void> {
    await this.dismissNotice(notice)
    this.add(notice.files)
  }

  /** Files that could not be read where they lie. */
  tellUnreadable(names: readonly string[]): void {
    this.#parts.notices.add('upload', names, unreadableFileError())
  }

  async reconnect(): Promise<void> {
    await this.#try('other', '', () => this.#parts.node().reconnect())
  }

  /** Has the node measure its space anew; it comes back as an event. */
  async measureSpace(): Promise<void> {
    await this.#try('other', '', () => this.#parts.node().space())
  }

  /** Undefined where the limits hold now; else why they were refused. */
  async setUploadLimits(limits: UploadLimitsView): Promise<ErrorView | undefined> {
    try {
      await this.#parts.node().setUploadLimits(limits)
      return undefined
    } catch (error) {
      return viewOfError(error)
    }
  }

  async debugInfo(): Promise<string | undefined> {
    return this.#try('other', 'Report', () => this.#parts.node().debugInfo())
  }

  #fetchFailed(error: unknown, link: string, cid: string | undefined): boolean {
    if (!INPUT_CODES.some((code) => isQuireError(error, code))) {
      this.#report('fetch', [cid ?? link], error)
      return true
    }
    this.#fetchError.value = viewOfError(error)
    const isShown = cid !== undefined && this.#parts.router.route.peek().cid === cid
    if (isShown) this.#parts.router.showDataset(undefined)
    return false
  }

  #isHereOrComing(cid: string): boolean {
    const { datasets, transfers } = this.#parts.snapshot()
    const isHere = datasets?.some((dataset) => dataset.cid === cid && dataset.isComplete) ?? false
    return (
      isHere || transfers.some((transfer) => transfer.cid === cid && transfer.kind === 'fetch' && isRunning(transfer))
    )
  }

  #remember(cid: string, link: string): void {
    // A bare CID carries no addresses and must not displace a link that does.
    if (link === cid && this.#links.has(cid)) return
    this.#links.delete(cid)
    this.#links.set(cid, link)
    const oldest = this.#links.keys().next()
    if (this.#links.size > MAX_REMEMBERED_LINKS && oldest.done !== true) this.#links.delete(oldest.value)
  }

  async #release(cid: string): Promise<void> {
    await this.#try('save', cid, () => this.#parts.node().releaseFile(cid))
  }

  async #try<T>(kind: NoticeKind, name: string, action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action()
    } catch (error) {
      this.#report(kind, name === '' ? [] : [name], error)
      return undefined
    }
  }

  #tellNotAdded(file: QueuedFile, error: unknown): void {
    // A file that has changed is another one to the browser: the person has to give it again.
    const files = isQuireError(error, 'ERR_FILE_UNREADABLE') ? [] : [file]
    this.#parts.notices.add('upload', [file.name], viewOfError(error), { files })
  }

  #report(kind: NoticeKind, names: readonly string[], error: unknown): void {
    if (!isAbort(error)) this.#parts.notices.add(kind, names, viewOfError(error))
  }
}
