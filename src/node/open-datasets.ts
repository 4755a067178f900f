import { cidText, type ManifestCid } from '../codec/cid.ts'
import type { Manifest } from '../codec/manifest.ts'
import { type ReadOptions, readDataset } from '../dataset/download.ts'
import { QuireError } from '../errors.ts'
import { connectInBackground, datasetRef, findManifest, type FindOptions, type Patience } from './fetch-dataset.ts'
import { LocalFirstSource, noPeers, type PeerSource } from './local-first-source.ts'
import type { NodeParts } from './node-parts.ts'

/** Manifests that are kept in memory; each is some hundred bytes. */
const MAX_KNOWN = 64

export interface NodeOpenOptions extends FindOptions {
  /** Only what is on this device: `ERR_BLOCK_NOT_FOUND` where something is missing. */
  readonly isLocal?: boolean | undefined
}

export interface OpenDataset {
  readonly manifest: Manifest
  readonly content: (options: ReadOptions) => AsyncGenerator<Uint8Array>
}

export interface OpenDatasetsInit {
  readonly patience: Patience
  /** A dataset was entered in the store. */
  readonly onListed: () => void
}

/**
 * Datasets made ready to be read, and the manifests of those that were read last: a player opens the same one for each range,
 * and beside a bulk download every look into the store waits for the writes before it.
 */
export class OpenDatasets {
  readonly #parts: NodeParts
  readonly #init: OpenDatasetsInit
  /** Of datasets that the store lists; the one read last is the last. */
  readonly #known = new Map<string, Manifest>()

  constructor(components: NodeParts, init: OpenDatasetsInit) {
    this.#parts = components
    this.#init = init
  }

  /** Errors: those of `findManifest`, `ERR_STORE_FULL`; with `isLocal` `ERR_DATASET_NOT_FOUND`. */
  async open(cid: ManifestCid, options: NodeOpenOptions): Promise<OpenDataset> {
    const { store, exchange } = this.#parts
    const { isLocal = false } = options
    if (!isLocal) connectInBackground(this.#parts, options)
    const manifest = await this.#listed(cid, options)
    const dataset = datasetRef(cid, manifest)
    const peers: PeerSource = {
      getBlock: (_treeCid, index, abort) => exchange.getBlock(dataset, index, abort),
      isMissing: (index) => exchange.isMissing(dataset, index),
    }
    const source = new LocalFirstSource({ store, peers: isLocal ? noPeers : peers })
    return { manifest, content: (reading) => readDataset(manifest, source, reading) }
  }

  /** The dataset was deleted; to be called once it is gone, as a read may have begun meanwhile. */
  forget(cid: ManifestCid): void {
    this.#known.delete(cidText(cid))
  }

  /** The manifest of a dataset that the store lists from here on. */
  async #listed(cid: ManifestCid, options: NodeOpenOptions): Promise<Manifest> {
    const key = cidText(cid)
    const manifest = this.#known.get(key) ?? (await this.#enter(cid, options))
    this.#known.delete(key)
    this.#known.set(key, manifest)
    const oldest = this.#known.keys().next()
    if (this.#known.size > MAX_KNOWN && oldest.done !== true) this.#known.delete(oldest.value)
    return manifest
  }

  async #enter(cid: ManifestCid, options: NodeOpenOptions): Promise<Manifest> {
    const { store } = this.#parts
    const { isLocal = false, signal } = options
    if (isLocal && (await store.getDataset(cid)) === undefined) {
      throw new QuireError('ERR_DATASET_NOT_FOUND', 'This dataset is not on this device.')
    }
    const { manifest, bytes } = await findManifest(this.#parts, cid, { signal, patience: this.#init.patience })
    if (isLocal) return manifest
    await store.addDataset({ manifestCid: cid, manifestBytes: bytes }, { signal })
    this.#init.onListed()
    return manifest
  }
}
