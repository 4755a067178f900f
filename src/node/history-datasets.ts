/**
 * Archives and indexes of communities as datasets of this node; the `HistoryDatasets` of `history/ports.ts`.
 *
 *   publish ──▶ cid-of ──▶ dataset/upload ──▶ store ──▶ announced        fetch ──▶ manifest ──▶ size ──▶ exchange ──▶ announced
 *
 * They are quiet: served and announced, with no row among the files and transfers of a person. What a person has here
 * already, or asks for later, is theirs and is not removed.
 */
import { cidText, type ManifestCid } from '../codec/cid.ts'
import { decodeManifest } from '../codec/manifest.ts'
import { cidOf } from '../dataset/cid-of.ts'
import { readDataset } from '../dataset/download.ts'
import { uploadDataset } from '../dataset/upload.ts'
import { QuireError } from '../errors.ts'
import type { AbortOptions, FetchProgress, HistoryDatasets } from '../history/ports.ts'
import type { DatasetAnnouncer } from './dataset-announcer.ts'
import { datasetRef, findManifest } from './fetch-dataset.ts'
import { LocalFirstSource, noPeers } from './local-first-source.ts'
import type { NodeParts } from './node-parts.ts'
import { QuietDatasets } from './quiet-datasets.ts'

/** They stand in the manifest, so the CID depends on them. Source: status-go, `UploadArchive`; facts §3.2. */
export const ARCHIVE_LABEL = { filename: 'archive-data.bin', mimetype: 'application/octet-stream' }
const DEFAULT_PATIENCE_MS = 60_000
const DEFAULT_STALL_MS = 60_000

interface NodeHistoryDatasetsInit {
  readonly announcer: Pick<DatasetAnnouncer, 'announce' | 'forget'>
  /** What is stored has changed. */
  readonly onChange: () => void
}

export class NodeHistoryDatasets implements HistoryDatasets {
  readonly quiet: QuietDatasets
  readonly #parts: NodeParts
  readonly #announcer: Pick<DatasetAnnouncer, 'announce' | 'forget'>
  readonly #onChange: () => void

  constructor(components: NodeParts, { announcer, onChange }: NodeHistoryDatasetsInit) {
    this.#parts = components
    this.quiet = new QuietDatasets(components)
    this.#announcer = announcer
    this.#onChange = onChange
  }

  async publish(bytes: Uint8Array, { signal }: AbortOptions = {}): Promise<ManifestCid> {
    const options = { ...ARCHIVE_LABEL, signal }
    // Known ahead, so that it is noted as quiet before anybody can see it.
    const { manifestCid } = await cidOf(bytesAsContent(bytes), options)
    if (!(await this.isHeld(manifestCid))) {
      await this.#noteQuiet(manifestCid)
      await uploadDataset(this.#parts.store, bytesAsContent(bytes), options)
      this.#onChange()
    }
    void this.#announcer.announce(manifestCid)
    return manifestCid
  }

  async fetch(
    cid: ManifestCid,
    options: AbortOptions & {
      readonly maxBytes: number
      readonly patienceMs?: number | undefined
      readonly stallMs?: number | undefined
      readonly onProgress?: ((progress: FetchProgress) => void) | undefined
    },
  ): Promise<void> {
    const { maxBytes, signal, onProgress } = options
    const { patienceMs = DEFAULT_PATIENCE_MS, stallMs = DEFAULT_STALL_MS } = options
    const patience = { manifestMs: patienceMs, blocksMs: stallMs }
    const { manifest, bytes } = await findManifest(this.#parts, cid, { signal, patience })
    const { datasetSizeBytes: sizeBytes, blockSizeBytes } = manifest
    if (sizeBytes > maxBytes) {
      throw new QuireError('ERR_ARCHIVE_TOO_LARGE', 'The dataset is larger than an archive may be.', {
        details: { sizeBytes, maxBytes },
      })
    }
    await this.#noteQuiet(cid)
    await this.#parts.store.addDataset({ manifestCid: cid, manifestBytes: bytes }, { signal })
    await this.#parts.exchange.download(datasetRef(cid, manifest), {
      signal,
      giveUpAfterMs: stallMs,
      onProgress: ({ haveCount }) =>
        onProgress?.({ doneBytes: Math.min(haveCount * blockSizeBytes, sizeBytes), sizeBytes }),
    })
    this.#onChange()
    void this.#announcer.announce(cid)
  }

  async read(cid: ManifestCid, { signal }: AbortOptions = {}): Promise<Uint8Array> {
    const { store } = this.#parts
    const manifestBytes = await store.getManifest(cid)
    signal?.throwIfAborted()
    if (manifestBytes === undefined) {
      throw new QuireError('ERR_DATASET_NOT_FOUND', 'This dataset is not on this device.', {
        details: { cid: cidText(cid) },
      })
    }
    const manifest = decodeManifest(manifestBytes)
    const content = new Uint8Array(manifest.datasetSizeBytes)
    let at = 0
    for await (const piece of readDataset(manifest, new LocalFirstSource({ store, peers: noPeers }), { signal })) {
      content.set(piece, at)
      at += piece.byteLength
    }
    return content
  }

  async isHeld(cid: ManifestCid): Promise<boolean> {
    const entry = await this.#parts.store.getDataset(cid)
    return entry !== undefined && entry.haveCount === entry.blockCount
  }

  /** What a person has here for themselves stays, and counts as removed. */
  async remove(cid: ManifestCid): Promise<boolean> {
    const entry = await this.#parts.store.getDataset(cid)
    if (entry === undefined) return false
    if (!this.quiet.has(cid)) return true
    await this.#parts.store.deleteDataset(cid)
    await this.quiet.delete(cid)
    await this.#announcer.forget(cid)
    this.#onChange()
    return true
  }

  async #noteQuiet(cid: ManifestCid): Promise<void> {
    if ((await this.#parts.store.getDataset(cid)) === undefined) await this.quiet.add(cid)
  }
}

/** Not a Blob, which would copy the bytes into the browser’s own store. */
async function* bytesAsContent(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
