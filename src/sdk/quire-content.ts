import { QuireError } from '../errors.ts'
import type { ExportOptions, ImportOptions, ImportReportView } from '../rpc/api.ts'
import { callBack } from './call-back.ts'
import { checkCid, checkText, cidOfLink } from './check.ts'
import { FetchTask } from './fetch-task.ts'
import type { CollectOptions, DownloadOptions, ProgressOptions, ReadOptions, SignalOptions } from './options.ts'
import type { UploadOptions } from './options.ts'
import { progress } from './node-watch.ts'
import { QuireLife } from './quire-life.ts'
import { collect, collectBlob, openStream } from './reading.ts'
import { type Content, openSession, uploadContent } from './uploading.ts'
import type { UploadSession } from './upload-session.ts'
import type { Dataset, Manifest, Space, Transfer } from './views.ts'

/** What goes into the node, what comes out, what it holds. A part of `Quire`. */
export class QuireContent extends QuireLife {
  /**
   * Stores content as a dataset: a `File`, a `Blob`, bytes, a `ReadableStream`, a `Response` or anything that gives bytes in turn.
   *
   * A `File` that was cut off by a closed page goes on when the same one is given again. An abort frees what was stored.
   * Errors: `ERR_ARGUMENT_INVALID`, `ERR_EMPTY_FILE`, `ERR_FILE_UNREADABLE`, `ERR_STORE_FULL` (details `neededBytes`, `freeBytes`).
   * @example upload.ts#file
   * @example upload.ts#stream
   * @example upload.ts#abort
   */
  async upload(content: Content, options: UploadOptions = {}): Promise<Dataset> {
    return this.with((node) => uploadContent(node, content, options), options.signal)
  }

  /**
   * Begins an upload whose bytes come piece by piece; at most 32 may be open at a time.
   *
   * Its signal aborts the whole upload. Errors: `ERR_ARGUMENT_INVALID`.
   * @example upload-session.ts#write
   */
  async openUpload(options: UploadOptions = {}): Promise<UploadSession> {
    return this.with((node) => openSession(node, options), options.signal)
  }

  /**
   * The content as a stream, by its link or CID: from this device first, then from peers, each block verified before it is given.
   *
   * Resolves when the manifest is known; what is read is kept. Reading asks for a little more than is read, cancelling stops it.
   * Errors: `ERR_ARGUMENT_INVALID`, `ERR_CID_INVALID`, `ERR_CID_WRONG_KIND`, `ERR_LINK_INVALID`, `ERR_MANIFEST_NOT_FOUND` (nobody
   * has it), `ERR_RANGE_INVALID`, `ERR_STORE_FULL`; with `isLocal` `ERR_DATASET_NOT_FOUND`, `ERR_BLOCK_NOT_FOUND`.
   * @example download.ts#stream
   */
  async stream(link: string, options: DownloadOptions = {}): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    return this.with(({ api }) => openStream(api, link, options), options.signal)
  }

  /**
   * The content, or a range of it, in memory. Errors: those of `stream`, `ERR_CONTENT_TOO_LARGE` (see `maxBytes`).
   * @example download.ts#bytes
   * @example download.ts#local
   */
  async bytes(link: string, options: CollectOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return this.with(({ api }) => collect(api, link, options), options.signal)
  }

  /**
   * The content as a `Blob` of the dataset’s media type, e.g. for `URL.createObjectURL`; browsers keep large ones on disk.
   *
   * The media type is what the sharer says: do not open HTML or SVG of others in your own origin. Errors: those of `stream`.
   * @example download.ts#blob
   */
  async blob(link: string, options: DownloadOptions = {}): Promise<Blob> {
    return this.with(({ api }) => collectBlob(api, link, options), options.signal)
  }

  /**
   * What a link or CID names, without its content: size, blocks, name, media type.
   *
   * Waits for peers for up to a minute. Errors: those of `stream`.
   * @example download.ts#manifest
   */
  async manifest(link: string, options: ReadOptions = {}): Promise<Manifest> {
    return this.with(({ api }) => {
      cidOfLink(link)
      return api.manifest(link, options)
    }, options.signal)
  }

  /**
   * Fetches all blocks of a dataset; resolves when they are here. An abort ends it and keeps what was verified.
   *
   * Waits for holders as long as it takes. Errors: those of `stream`.
   * @example fetch.ts#fetch
   */
  async fetch(link: string, options: ProgressOptions = {}): Promise<Dataset> {
    const { onProgress, signal } = options
    return this.with(async ({ api, watch }) => {
      const wanted = cidOfLink(link)
      if (onProgress === undefined) return api.fetch(link, { signal })
      const unfollow = watch.follow(({ kind, cid }) => kind === 'fetch' && cid === wanted, onProgress)
      const dataset = await api.fetch(link, { signal }).finally(unfollow)
      callBack(onProgress, { ...progress(dataset.sizeBytes, dataset.sizeBytes), phase: { state: 'done' } })
      return dataset
    }, signal)
  }

  /**
   * Begins to fetch a dataset in the background; resolves with its manifest, and the way to follow, pause and cancel it.
   *
   * It goes on over restarts of the node. Errors: those of `stream`.
   * @example fetch.ts#task
   */
  async startFetch(link: string, options: SignalOptions = {}): Promise<FetchTask> {
    const { signal } = options
    return this.with(async (node) => {
      cidOfLink(link)
      const controller = new AbortController()
      const giveUp = (): void => controller.abort(signal?.reason)
      signal?.addEventListener('abort', giveUp, { once: true })
      const done = node.calls.settled(node.api.fetch(link, { signal: controller.signal }))
      done.catch(() => undefined)
      try {
        await node.watch.open()
        // A fetch that fails before the manifest is known says why.
        const manifest = await Promise.race([
          node.api.manifest(link, { signal: controller.signal }),
          done.then((dataset): Manifest => dataset),
        ])
        return new FetchTask(node, { manifest, done, controller })
      } finally {
        signal?.removeEventListener('abort', giveUp)
      }
    }, signal)
  }

  /**
   * Every dataset that is here, partial ones too, newest first.
   * @example datasets.ts#list
   */
  async list(): Promise<readonly Dataset[]> {
    return this.with(({ api }) => api.list())
  }

  /**
   * One of `list`; undefined where it is not here. Errors: `ERR_CID_INVALID`, `ERR_CID_WRONG_KIND`.
   * @example datasets.ts#list
   */
  async get(cid: string): Promise<Dataset | undefined> {
    return this.with(async ({ api }) => {
      const wanted = checkCid(cid)
      return (await api.list()).find((dataset) => dataset.cid === wanted)
    })
  }

  /**
   * Whether a dataset is listed here, complete or not. Errors: `ERR_CID_INVALID`, `ERR_CID_WRONG_KIND`.
   * @example datasets.ts#list
   */
  async exists(cid: string): Promise<boolean> {
    return this.with(({ api }) => api.exists(checkCid(cid)))
  }

  /**
   * Cancels what runs for a dataset, then frees it; false where it was not here. Blocks that others use stay.
   * @example datasets.ts#delete
   */
  async delete(cid: string): Promise<boolean> {
    return this.with(({ api }) => api.delete(checkCid(cid)))
  }

  /**
   * Whether a dataset stays until it is deleted; what is not pinned may go when room is needed, that not used for longest first.
   *
   * What was uploaded here is pinned, what was fetched is not, until this is called. Errors: `ERR_DATASET_NOT_FOUND`.
   * @example datasets.ts#pin
   */
  async pin(cid: string, isPinned = true): Promise<void> {
    return this.with(({ api }) => api.setPinned(checkCid(cid), isPinned))
  }

  /**
   * Whether it is pinned. Errors: `ERR_DATASET_NOT_FOUND`.
   * @example datasets.ts#pin
   */
  async isPinned(cid: string): Promise<boolean> {
    return this.with(({ api }) => api.isPinned(checkCid(cid)))
  }

  /**
   * Whether the network is told that a dataset is here; kept over restarts. Links work in any case.
   *
   * What was told ends by itself within about an hour. Errors: `ERR_DATASET_NOT_FOUND`.
   * @example datasets.ts#announce
   */
  async setAnnounced(cid: string, isAnnounced: boolean): Promise<void> {
    return this.with(({ api }) => api.setAnnounced(checkCid(cid), isAnnounced))
  }

  /**
   * Whether the network is told that it is here. Errors: `ERR_DATASET_NOT_FOUND`.
   * @example datasets.ts#announce
   */
  async isAnnounced(cid: string): Promise<boolean> {
    const dataset = await this.get(cid)
    if (dataset === undefined) throw new QuireError('ERR_DATASET_NOT_FOUND', 'This dataset is not on this device.')
    return dataset.isAnnounced
  }

  /**
   * The link to hand out now, “base#/<cid>?maddrs=…”: it opens on any page of Quire, and in `fetch` and `stream`.
   *
   * Errors: `ERR_CID_INVALID`, `ERR_LINK_INVALID` (`base` is no URL).
   * @example datasets.ts#link
   */
  async link(cid: string, base: string): Promise<string> {
    checkText(base, 'The address of a page')
    return this.with(({ api }) => api.shareLink(checkCid(cid), base))
  }

  /**
   * What is used, pinned, free.
   * @example datasets.ts#space
   */
  async space(): Promise<Space> {
    return this.with(({ api }) => api.space())
  }

  /**
   * Uploads and fetches that run or have ended lately, oldest first, at most a quarter of a second old.
   * @example fetch.ts#transfers
   */
  async transfers(): Promise<readonly Transfer[]> {
    return this.with(async ({ watch }) => {
      await watch.open()
      return watch.transfers
    })
  }

  /**
   * Cancels a transfer, whoever began it; resolves when it has cleaned up. Nothing for one that has ended.
   * @example fetch.ts#transfers
   */
  async cancelTransfer(id: string): Promise<void> {
    return this.with(({ api }) => api.cancelTransfer(id))
  }

  /**
   * Everything that is held as one file: blocks, pins, settings, communities, and the keys if asked.
   * @example backup.ts#backup
   */
  async exportAll(options: SignalOptions & ExportOptions = {}): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    return this.with(({ api }) => api.exportAll(options), options.signal)
  }

  /**
   * Adds what a backup has to what is here, each block checked. Errors: `ERR_BACKUP_INVALID`.
   * @example backup.ts#backup
   */
  async importAll(
    backup: Blob | ReadableStream<Uint8Array<ArrayBuffer>>,
    options: SignalOptions & ImportOptions = {},
  ): Promise<ImportReportView> {
    return this.with(({ api }) => api.importAll(backup, options), options.signal)
  }
}
