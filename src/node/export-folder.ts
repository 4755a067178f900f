import { exportHoldName } from '../codec/export-hold.ts'
import { type ContentSink, openFileSink, saving } from './content-sink.ts'

const FOLDER = 'exports'
/** `FILE_ERROR_NO_SPACE` of Chromium, as 32 bits without a sign. */
const NO_SPACE = 2 ** 32 - 8

/** What a worker has and a window has not: writing without a copy that is swapped in at the end. */
interface SyncWriter {
  write(bytes: Uint8Array<ArrayBuffer>): number
  close(): void
}

/**
 * Whole files in the origin’s private file system, for browsers that cannot write to a place of the person’s choice.
 *
 * A file lives until each `hold` was released, or until the next start: a page that is closed releases nothing. While it is
 * held it must not be written again, as a browser may be copying it. A page that still has one when the node moves to another
 * tab holds its lock (`tabs/export-holds.ts`).
 */
export class ExportFolder {
  readonly #root: () => Promise<FileSystemDirectoryHandle>
  readonly #queryLocks: () => Promise<LockManagerSnapshot>
  readonly #holds = new Map<string, number>()
  #swept: Promise<void> = Promise.resolve()

  constructor(
    root: () => Promise<FileSystemDirectoryHandle> = () => navigator.storage.getDirectory(),
    queryLocks: () => Promise<LockManagerSnapshot> = () => navigator.locks.query(),
  ) {
    this.#root = root
    this.#queryLocks = queryLocks
  }

  /** Removes what earlier pages have left; what is written from now on waits for it. */
  sweep(): Promise<void> {
    const sweeping = this.#sweep()
    this.#swept = sweeping.catch(() => undefined)
    return sweeping
  }

  /** Errors: `ERR_STORE_FULL`, `ERR_SAVE_FAILED`. */
  async openSink(name: string): Promise<ContentSink> {
    await this.#swept
    const file = await saving(async () => (await this.#folder()).getFileHandle(name, { create: true }))
    const sink = hasSyncWriter(file) ? await openSyncSink(file) : await openFileSink(file)
    const abort = async (): Promise<void> => {
      await sink.abort()
      await this.release(name)
    }
    return { ...sink, abort }
  }

  /** The file as it is on disk, under the name `label`. */
  async file(name: string, label: { filename: string; mediaType: string }): Promise<File> {
    const stored = await saving(async () => (await (await this.#folder()).getFileHandle(name)).getFile())
    // Made of the stored file, not of its bytes: nothing is read here.
    return new File([stored], label.filename, { type: label.mediaType })
  }

  hold(name: string): void {
    this.#holds.set(name, (this.#holds.get(name) ?? 0) + 1)
  }

  async isHeld(name: string): Promise<boolean> {
    return this.#holds.has(name) || (await this.#lockNames()).has(exportHoldName(name))
  }

  /** Gives back one hold; the file goes with the last. */
  async release(name: string): Promise<void> {
    const left = (this.#holds.get(name) ?? 0) - 1
    if (left > 0) {
      this.#holds.set(name, left)
      return
    }
    this.#holds.delete(name)
    // By a page that had it of the node before this one.
    if (await this.isHeld(name)) return
    await (await this.#folder()).removeEntry(name).catch(ignoreMissing)
  }

  async #sweep(): Promise<void> {
    const folder = await this.#folder()
    const held = await this.#lockNames()
    const names: string[] = []
    for await (const name of folder.keys()) names.push(name)
    for (const name of names) {
      if (!held.has(exportHoldName(name))) await folder.removeEntry(name).catch(ignoreMissing)
    }
  }

  async #lockNames(): Promise<ReadonlySet<string | undefined>> {
    const { held = [] } = await this.#queryLocks()
    return new Set(held.map(({ name }) => name))
  }

  async #folder(): Promise<FileSystemDirectoryHandle> {
    return (await this.#root()).getDirectoryHandle(FOLDER, { create: true })
  }
}

function hasSyncWriter(
  file: FileSystemFileHandle,
): file is FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncWriter & { truncate(size: number): void }> } {
  return 'createSyncAccessHandle' in file
}

async function openSyncSink(file: {
  createSyncAccessHandle(): Promise<SyncWriter & { truncate(size: number): void }>
}): Promise<ContentSink> {
  const writer = await saving(() => file.createSyncAccessHandle())
  await saving(async () => writer.truncate(0)).catch((error: unknown) => {
    writer.close()
    throw error
  })
  return {
    write: (bytes) =>
      saving(async () => {
        for (let rest = bytes; rest.byteLength > 0;) {
          const writtenBytes = writer.write(rest)
          // A full disk may be told by a short write alone; trying on would block this thread for ever.
          const isFull = writtenBytes === 0 || writtenBytes === NO_SPACE
          if (isFull) throw new DOMException('Nothing more is written.', 'QuotaExceededError')
          // Chromium 156 gives an error’s negative number as an unsigned one in place of throwing.
          if (writtenBytes > rest.byteLength) throw new DOMException(`Error ${writtenBytes | 0}`, 'InvalidStateError')
          rest = rest.subarray(writtenBytes)
        }
      }),
    close: () => saving(async () => writer.close()),
    abort: async () => writer.close(),
  }
}

function ignoreMissing(error: unknown): void {
  // What is to be removed may never have been there.
  if (!(error instanceof DOMException && error.name === 'NotFoundError')) throw error
}
