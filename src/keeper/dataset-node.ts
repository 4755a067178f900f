import type { ManifestCid } from '../codec/cid.ts'
import type { Manifest } from '../codec/manifest.ts'
import type { Transfer } from '../node/transfer.ts'
import type { AbortOptions, DatasetEntry, StoreSpace } from '../store/block-store.ts'

/** A manifest and the bytes that its CID was made over. */
export interface FoundManifest {
  readonly manifest: Manifest
  readonly bytes: Uint8Array
}

/** What the control API needs of the node behind it. */
export interface DatasetNode {
  readonly peerId: string
  /** Stores a stream as a dataset. Errors: `ERR_EMPTY_FILE`, `ERR_STORE_FULL`. An abort discards what was stored of it. */
  upload(source: AsyncIterable<Uint8Array>, options: UploadLabel & AbortOptions): Promise<DatasetEntry>
  list(): Promise<readonly DatasetEntry[]>
  getDataset(cid: ManifestCid): Promise<DatasetEntry | undefined>
  /** From here or from the network. Errors: `ERR_MANIFEST_NOT_FOUND`. */
  findManifest(cid: ManifestCid, options?: HolderOptions): Promise<FoundManifest>
  /** The content in order; with `isLocal` only what is here (`ERR_BLOCK_NOT_FOUND`), else the rest from peers. */
  read(cid: ManifestCid, options: { readonly isLocal: boolean } & HolderOptions): AsyncIterable<Uint8Array>
  /** All blocks, from here on kept; joins a fetch that runs. An abort keeps what arrived. */
  fetch(cid: ManifestCid, options?: HolderOptions): Promise<DatasetEntry>
  /** What is on its way. */
  readonly transfers: {
    list(): readonly Transfer[]
    /** Ends whatever runs for a dataset. */
    cancelOf(cid: ManifestCid): Promise<void>
  }
  delete(cid: ManifestCid): Promise<boolean>
  space(): Promise<StoreSpace>
}

export interface HolderOptions extends AbortOptions {
  /** Multiaddrs of holders, as a share link carries them. */
  readonly addresses?: readonly string[] | undefined
}

export interface UploadLabel {
  readonly filename?: string | undefined
  readonly mimetype?: string | undefined
  readonly blockSizeBytes?: number | undefined
}
