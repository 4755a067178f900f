/** `HistoryDatasets` in memory, with the CIDs that a real upload would have: devices that share one `MemoryDatasetNetwork`. */
import type { ManifestCid } from '../../codec/cid.ts'
import { cidOf } from '../../dataset/cid-of.ts'
import { QuireError } from '../../errors.ts'
import type { HistoryDatasets } from '../ports.ts'

/** As status-go names its uploads; the name is a part of the manifest, so of the CID. Facts §3.2. */
const LABEL = { filename: 'archive-data.bin', mimetype: 'application/octet-stream' }

type FetchOptions = Parameters<HistoryDatasets['fetch']>[1]

/** Who is online; a device that leaves serves nobody. */
export class MemoryDatasetNetwork {
  readonly #devices = new Set<MemoryDatasets>()

  device(): MemoryDatasets {
    const device = new MemoryDatasets(this)
    this.#devices.add(device)
    return device
  }

  leave(device: MemoryDatasets): void {
    this.#devices.delete(device)
  }

  join(device: MemoryDatasets): void {
    this.#devices.add(device)
  }

  find(cid: string): Uint8Array | undefined {
    for (const device of this.#devices) {
      const bytes = device.held.get(cid)
      if (bytes !== undefined) return bytes
    }
    return undefined
  }
}

/** What happens to the fetch of a dataset, in place of what the network has. */
export type FetchFault = (options: FetchOptions, cid: string) => Promise<void> | void

export class MemoryDatasets implements HistoryDatasets {
  /** CID text → bytes. */
  readonly held = new Map<string, Uint8Array>()
  /** What was asked for, in order. */
  readonly fetched: string[] = []
  readonly published: { readonly cid: string; readonly sizeBytes: number }[] = []
  readonly removed: string[] = []
  /** Runs before each fetch; one that throws fails it, one that waits keeps it waiting. */
  fault: FetchFault | undefined
  /** Runs before each publish; one that throws fails it. */
  publishFault: ((bytes: Uint8Array) => void) | undefined
  running = 0
  mostRunning = 0
  readonly #network: MemoryDatasetNetwork

  constructor(network: MemoryDatasetNetwork = new MemoryDatasetNetwork()) {
    this.#network = network
  }

  async publish(bytes: Uint8Array, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<ManifestCid> {
    signal?.throwIfAborted()
    this.publishFault?.(bytes)
    const { manifestCid } = await cidOf(new Blob([bytes.slice()]), LABEL)
    signal?.throwIfAborted()
    this.held.set(manifestCid.toString(), bytes.slice())
    this.published.push({ cid: manifestCid.toString(), sizeBytes: bytes.byteLength })
    return manifestCid
  }

  async fetch(cid: ManifestCid, options: FetchOptions): Promise<void> {
    const text = cid.toString()
    options.signal?.throwIfAborted()
    if (this.held.has(text)) return
    this.fetched.push(text)
    this.mostRunning = Math.max(this.mostRunning, ++this.running)
    try {
      await untilAborted(this.fault?.(options, text), options.signal)
      this.#arrive(text, options)
    } finally {
      this.running--
    }
  }

  async read(cid: ManifestCid): Promise<Uint8Array> {
    const bytes = this.held.get(cid.toString())
    if (bytes !== undefined) return bytes.slice()
    throw new QuireError('ERR_DATASET_NOT_FOUND', 'It is not on this device.')
  }

  async isHeld(cid: ManifestCid): Promise<boolean> {
    return this.held.has(cid.toString())
  }

  async remove(cid: ManifestCid): Promise<boolean> {
    this.removed.push(cid.toString())
    return this.held.delete(cid.toString())
  }

  #arrive(cid: string, { maxBytes, onProgress }: FetchOptions): void {
    const bytes = this.#network.find(cid)
    if (bytes === undefined) throw new QuireError('ERR_MANIFEST_NOT_FOUND', 'Nobody has it.')
    const sizeBytes = bytes.byteLength
    if (sizeBytes > maxBytes) {
      throw new QuireError('ERR_ARCHIVE_TOO_LARGE', 'It is too large.', { details: { sizeBytes, maxBytes } })
    }
    onProgress?.({ doneBytes: 0, sizeBytes })
    this.held.set(cid, bytes.slice())
    onProgress?.({ doneBytes: sizeBytes, sizeBytes })
  }
}

async function untilAborted(work: Promise<void> | void, signal: AbortSignal | undefined): Promise<void> {
  if (work === undefined) return
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    await Promise.race([work, promise])
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}
