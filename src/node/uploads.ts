/**
 * The uploads of a node, and those that were cut off.
 *
 *   upload(file) ──▶ is the same file among the interrupted ones? ──▶ uploadDataset, new or going on ──▶ entry
 *   a pause, a node that stops, a store that fails: kept, listed as interrupted unless it is on its way again
 */
import { DEFAULT_BLOCK_SIZE_BYTES } from '../codec/manifest.ts'
import type { ContentSource } from '../dataset/content-source.ts'
import { uploadDataset } from '../dataset/upload.ts'
import { type ErrorCode, isQuireError } from '../errors.ts'
import type { AbortOptions, BlockStore, DatasetEntry, InterruptedUpload, UploadFile } from '../store/block-store.ts'
import { PauseSwitch } from './pause-switch.ts'
import type { TransferPhase } from './transfer.ts'
import type { Running, Transfers } from './transfers.ts'

/** Ends that are none of the person’s doing: what was stored may be of use once the node runs again. */
const KEPT_AFTER: readonly ErrorCode[] = ['ERR_NODE_STOPPED', 'ERR_STORE_FAILED', 'ERR_STORE_UNAVAILABLE']

type UploadStore = Pick<BlockStore, 'beginUpload' | 'resumeUpload' | 'listInterruptedUploads' | 'discardUpload'>

export interface NodeUploadOptions extends AbortOptions {
  readonly filename?: string | undefined
  readonly mimetype?: string | undefined
  readonly blockSizeBytes?: number | undefined
  /** What the file is recognised by, when it is given again after the upload was cut off; without it nothing is kept. */
  readonly file?: UploadFile | undefined
  /** False where the network is not to be told of it. */
  readonly isAnnounced?: boolean | undefined
  /** What the caller names it by; its transfer says it. */
  readonly reference?: string | undefined
}

interface UploadsComponents {
  readonly store: UploadStore
  readonly transfers: Transfers
  /** The list of interrupted uploads may have changed. */
  readonly onChange: () => void
}

export class Uploads {
  readonly #store: UploadStore
  readonly #transfers: Transfers
  readonly #onChange: () => void
  /** Files on their way, paused ones too: what the store keeps of them is not interrupted. */
  readonly #open = new Set<UploadFile>()

  constructor({ store, transfers, onChange }: UploadsComponents) {
    this.#store = store
    this.#transfers = transfers
    this.#onChange = onChange
  }

  /** As `QuireNode.upload`. */
  async upload(source: ContentSource, options: NodeUploadOptions): Promise<DatasetEntry> {
    const { file, signal, filename = 'Unnamed', reference } = options
    const what = {
      kind: 'upload',
      name: filename,
      totalBytes: source instanceof Blob ? source.size : undefined,
      reference,
    } as const
    if (file === undefined) {
      return this.#transfers.run(what, (running) => this.#storeOnce({ source, options }, running), { signal })
    }
    const pausing = new PauseSwitch()
    const upload = { source, options, file, pausing }
    this.#open.add(file)
    try {
      const work = ({ signal: whole, update }: Running): Promise<DatasetEntry> => {
        return pausing.run((running) => this.#storeOnce(upload, { signal: running, update }), whole)
      }
      return await this.#transfers.run(what, work, { signal, pausing })
    } catch (error) {
      // Stopped while it was paused, and so kept by the store. What fails before it goes on stays as it was.
      if (pausing.isPaused && !isKeptAfter(error)) await this.#discardOf(file)
      throw error
    } finally {
      this.#open.delete(file)
      this.#onChange()
    }
  }

  /** Uploads that wait for their file to be given again, the newest first. */
  async listInterrupted(): Promise<InterruptedUpload[]> {
    const open = [...this.#open]
    const all = await this.#store.listInterruptedUploads()
    return all.filter(({ file }) => !open.some((other) => isSameFile(file, other)))
  }

  /** Frees an interrupted upload; false where it is not here or goes on. */
  async discard(id: number): Promise<boolean> {
    const wasHere = await this.#store.discardUpload(id)
    this.#onChange()
    return wasHere
  }

  async #storeOnce({ source, options, file, pausing }: OpenUpload, { signal, update }: Running): Promise<DatasetEntry> {
    const { blockSizeBytes = DEFAULT_BLOCK_SIZE_BYTES } = options
    const left = file === undefined ? undefined : await this.#leftOf(file, blockSizeBytes)
    this.#onChange()
    let storedBytes = 0
    const stored = await uploadDataset(this.#store, source, {
      ...options,
      signal,
      resumeId: left?.id,
      isKeptAfter: (error) => pausing?.isPaused === true || isKeptAfter(error),
      onBegin: (begin) => {
        storedBytes = begin.storedBytes
        const continuedFromBytes = storedBytes === 0 ? undefined : storedBytes
        update({ phase: phaseAt(0, storedBytes), doneBytes: storedBytes, continuedFromBytes })
      },
      // What is here already is only read and compared: it was done before.
      onProgress: ({ doneBytes }) => {
        update({ phase: phaseAt(doneBytes, storedBytes), doneBytes: Math.max(storedBytes, doneBytes) })
      },
    })
    update({ cid: stored.manifestCid })
    return stored
  }

  /** What the store kept of this file, as far as one can tell before it is read. */
  async #leftOf(file: UploadFile, blockSizeBytes: number): Promise<InterruptedUpload | undefined> {
    const all = await this.#store.listInterruptedUploads()
    return all.find((left) => isSameFile(left.file, file) && left.blockSizeBytes === blockSizeBytes)
  }

  async #discardOf(file: UploadFile): Promise<void> {
    const all = await this.#store.listInterruptedUploads().catch(() => [])
    // A failure leaves it listed, and the person can discard it there.
    for (const left of all.filter((each) => isSameFile(each.file, file))) await this.discard(left.id).catch(() => false)
  }
}

interface OpenUpload {
  readonly source: ContentSource
  readonly options: NodeUploadOptions
  readonly file?: UploadFile | undefined
  readonly pausing?: PauseSwitch | undefined
}

function phaseAt(readBytes: number, storedBytes: number): TransferPhase {
  return readBytes < storedBytes ? { state: 'checking', checkedBytes: readBytes } : { state: 'moving', peers: 0 }
}

function isKeptAfter(error: unknown): boolean {
  return KEPT_AFTER.some((code) => isQuireError(error, code))
}

function isSameFile(a: UploadFile, b: UploadFile): boolean {
  return a.name === b.name && a.sizeBytes === b.sizeBytes && a.lastModifiedMs === b.lastModifiedMs
}
