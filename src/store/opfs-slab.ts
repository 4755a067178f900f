import { QuireError } from '../errors.ts'
import type { Slab } from './slab.ts'

/** 256 MiB a file: few enough to hold all open, small enough that deleting gives space back. */
const SLOTS_PER_SEGMENT = 4096
const SLOT_BYTES = 65_536
/** `FILE_ERROR_NO_SPACE` of Chromium, as 32 bits without a sign. */
const NO_SPACE = 2 ** 32 - 8
/** A tab that ended lets go of its files a moment after its lock, one that was frozen when it thaws or is discarded: 15 s. */
const LOCKED_RETRIES = 66
const FIRST_LOCKED_PAUSE_MS = 10
const MAX_LOCKED_PAUSE_MS = 250
const HELD_ELSEWHERE = 'Another tab of this browser, which does not answer, still holds the files of Quire.'

/** The browser’s interface as far as it is used here; only the types of a worker know it. */
interface SyncHandle {
  read(into: Uint8Array, options: { at: number }): number
  write(from: Uint8Array, options: { at: number }): number
  getSize(): number
  truncate(sizeBytes: number): void
  flush(): void
  close(): void
}

/** Slots in files of the origin private file system; only dedicated workers have them. */
export class OpfsSlab implements Slab {
  readonly slotBytes = SLOT_BYTES
  readonly slotsPerSegment = SLOTS_PER_SEGMENT
  readonly #folderName: string
  readonly #segments: SyncHandle[] = []
  readonly #dirty = new Set<SyncHandle>()
  #folder: FileSystemDirectoryHandle | undefined

  constructor(folderName: string) {
    this.#folderName = folderName
  }

  get segmentCount(): number {
    return this.#segments.length
  }

  async open(): Promise<void> {
    if (this.#folder !== undefined) return
    try {
      const root = await navigator.storage.getDirectory()
      this.#folder = await root.getDirectoryHandle(this.#folderName, { create: true })
      const names = new Set<string>()
      for await (const name of this.#folder.keys()) names.add(name)
      while (names.has(nameOf(this.#segments.length))) await this.grow()
      if (this.#segments.length === 0) await this.grow()
    } catch (cause) {
      this.close()
      if (isLocked(cause)) throw new QuireError('ERR_NODE_UNREACHABLE', HELD_ELSEWHERE, { cause })
      throw new QuireError('ERR_STORE_UNAVAILABLE', 'The files of the store cannot be opened.', { cause })
    }
  }

  close(): void {
    for (const segment of this.#segments.splice(0)) segment.close()
    this.#dirty.clear()
    this.#folder = undefined
  }

  heldSlots(segment: number): number {
    return Math.floor(attempt(() => this.#segments[segment]?.getSize() ?? 0) / SLOT_BYTES)
  }

  async grow(): Promise<void> {
    if (this.#folder === undefined) throw new QuireError('ERR_STORE_UNAVAILABLE', 'The store is not open.')
    const file = await this.#folder.getFileHandle(nameOf(this.#segments.length), { create: true })
    this.#segments.push(await openSync(file))
  }

  write(slot: number, bytes: Uint8Array): void {
    const { segment, at } = this.#place(slot)
    this.#dirty.add(segment)
    const writtenBytes = attempt(() => segment.write(bytes, { at }))
    if (writtenBytes === bytes.byteLength) return
    // Chromium 156 gives an error’s negative number as an unsigned one in place of throwing.
    const isFull = writtenBytes < bytes.byteLength || writtenBytes === NO_SPACE
    if (isFull) throw new QuireError('ERR_STORE_FULL', 'The browser has no more room for this site.')
    throw new QuireError('ERR_STORE_FAILED', `The browser’s files do not answer (${writtenBytes | 0}).`)
  }

  read(slot: number): Uint8Array<ArrayBuffer> | undefined {
    const { segment, at } = this.#place(slot)
    const bytes = new Uint8Array(SLOT_BYTES)
    return attempt(() => segment.read(bytes, { at })) < SLOT_BYTES ? undefined : bytes
  }

  flush(): void {
    for (const segment of this.#dirty) attempt(() => segment.flush())
    this.#dirty.clear()
  }

  clear(segment: number): void {
    attempt(() => this.#segments[segment]?.truncate(0))
  }

  #place(slot: number): { segment: SyncHandle; at: number } {
    const segment = this.#segments[Math.floor(slot / SLOTS_PER_SEGMENT)]
    if (segment === undefined) throw new QuireError('ERR_STORE_FAILED', `A file of the store is missing.`)
    return { segment, at: (slot % SLOTS_PER_SEGMENT) * SLOT_BYTES }
  }
}

function nameOf(segment: number): string {
  return `blocks-${segment}`
}

async function openSync(file: FileSystemFileHandle): Promise<SyncHandle> {
  // The types of a page do not know it; a browser without it throws a TypeError here, which `open` tells.
  const synchronous = file as unknown as { createSyncAccessHandle(): Promise<SyncHandle> }
  for (let retry = 0; ; retry++) {
    try {
      return await synchronous.createSyncAccessHandle()
    } catch (error) {
      if (!isLocked(error) || retry >= LOCKED_RETRIES) throw error
    }
    await new Promise((resolve) =>
      setTimeout(resolve, Math.min(FIRST_LOCKED_PAUSE_MS * 2 ** retry, MAX_LOCKED_PAUSE_MS)),
    )
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && error.name === 'NoModificationAllowedError'
}

function attempt<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'QuotaExceededError') {
      throw new QuireError('ERR_STORE_FULL', 'The browser has no more room for this site.', { cause })
    }
    throw new QuireError('ERR_STORE_FAILED', 'The browser’s files do not answer.', { cause })
  }
}
