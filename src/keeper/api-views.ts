/** The JSON of the control API: the shapes of Logos Storage’s REST interface, with a few fields of ours beside them. */
import type { Manifest } from '../codec/manifest.ts'
import type { DatasetEntry, StoreSpace } from '../store/block-store.ts'

export interface ManifestJson {
  readonly treeCid: string
  readonly datasetSize: number
  readonly blockSize: number
  readonly filename: string | null
  readonly mimetype: string | null
}

export interface DatasetJson {
  readonly cid: string
  readonly manifest: ManifestJson
  // Ours: what is here of it, and since when.
  readonly blockCount: number
  readonly haveCount: number
  readonly origin: 'upload' | 'fetch'
  readonly addedAt: string
}

export interface SpaceJson {
  readonly totalBlocks: number
  readonly quotaMaxBytes: number
  readonly quotaUsedBytes: number
  /** Always 0: an upload on its way counts as used. */
  readonly quotaReservedBytes: number
}

/** How far the keeper is with a dataset that it fetches. */
export interface ProgressJson {
  /** False where it is all here, was stopped or has failed. */
  readonly active: boolean
  /** Blocks that are here. */
  readonly received: number
  /** Blocks of the dataset; 0 while its manifest is not here. */
  readonly total: number
  readonly bytes: number
  /** Ours: why the last fetch ended. */
  readonly error: { readonly code: string; readonly message: string } | null
}

export function manifestJson(manifest: Manifest): ManifestJson {
  return {
    treeCid: manifest.treeCid.toString(),
    datasetSize: manifest.datasetSizeBytes,
    blockSize: manifest.blockSizeBytes,
    filename: manifest.filename ?? null,
    mimetype: manifest.mimetype ?? null,
  }
}

export function datasetJson(entry: DatasetEntry): DatasetJson {
  return {
    cid: entry.manifestCid.toString(),
    manifest: manifestJson(entry.manifest),
    blockCount: entry.blockCount,
    haveCount: entry.haveCount,
    origin: entry.origin,
    addedAt: new Date(entry.addedAtMs).toISOString(),
  }
}

export function spaceJson(space: StoreSpace): SpaceJson {
  return {
    totalBlocks: space.blockCount,
    quotaMaxBytes: space.quotaBytes,
    quotaUsedBytes: space.usedBytes,
    quotaReservedBytes: 0,
  }
}
