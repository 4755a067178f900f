import { cidText, type ManifestCid } from '../codec/cid.ts'
import { blockCountOf, type Manifest } from '../codec/manifest.ts'
import { safeFilename } from '../codec/safe-filename.ts'
import type { DatasetEntry, InterruptedUpload } from '../store/block-store.ts'
import type { Eviction } from './node-space.ts'

/** A manifest as plain values: CIDs as text, a name that can be shown and saved. */
export interface ManifestView {
  readonly cid: string
  readonly treeCid: string
  readonly sizeBytes: number
  readonly blockSizeBytes: number
  readonly blockCount: number
  readonly name?: string | undefined
  readonly mediaType?: string | undefined
}

/** A dataset on this device as plain values. */
export interface DatasetView extends ManifestView {
  readonly origin: 'upload' | 'fetch'
  readonly addedAtMs: number
  readonly haveCount: number
  readonly isComplete: boolean
  readonly isAnnounced: boolean
  readonly isPinned: boolean
  readonly lastUsedAtMs: number
}

/** Datasets that went to make room, as plain values. */
export interface EvictionView {
  readonly evicted: readonly {
    readonly cid: string
    readonly name?: string | undefined
    readonly sizeBytes: number
    readonly lastUsedAtMs: number
  }[]
  readonly reason: Eviction['reason']
  readonly atMs: number
}

/** An upload that was cut off and goes on when the same file is given again. */
export interface InterruptedUploadView {
  readonly id: number
  readonly name: string
  readonly sizeBytes: number
  readonly storedBytes: number
  readonly lastUsedAtMs: number
}

/** A media type as it may stand in a header: type and subtype, with parameters left out. */
const MEDIA_TYPE = /^[\w!#$&^.+-]{1,64}\/[\w!#$&^.+-]{1,64}(?=$|;|\s)/u

export function manifestView(cid: ManifestCid, manifest: Manifest): ManifestView {
  return {
    cid: cidText(cid),
    treeCid: cidText(manifest.treeCid),
    sizeBytes: manifest.datasetSizeBytes,
    blockSizeBytes: manifest.blockSizeBytes,
    blockCount: blockCountOf(manifest),
    name: manifest.filename === undefined ? undefined : safeFilename(manifest.filename),
    // Anyone may have written it: what is no media type is not passed on.
    mediaType: manifest.mimetype === undefined ? undefined : MEDIA_TYPE.exec(manifest.mimetype)?.[0]?.toLowerCase(),
  }
}

export function datasetView(entry: DatasetEntry, isAnnounced: boolean): DatasetView {
  const { manifestCid, manifest, origin, addedAtMs, haveCount, blockCount, isPinned, lastUsedAtMs } = entry
  const isComplete = haveCount === blockCount
  const held = { origin, addedAtMs, haveCount, isComplete, isAnnounced, isPinned, lastUsedAtMs }
  return { ...manifestView(manifestCid, manifest), ...held }
}

export function evictionView({ entries, reason, atMs }: Eviction): EvictionView {
  const evicted = entries.map(({ manifestCid, manifest, haveCount, lastUsedAtMs }) => {
    const { cid, name, sizeBytes } = manifestView(manifestCid, manifest)
    return { cid, name, sizeBytes: Math.min(sizeBytes, haveCount * manifest.blockSizeBytes), lastUsedAtMs }
  })
  return { evicted, reason, atMs }
}

export function interruptedView({ id, file, storedCount, blockSizeBytes, lastUsedAtMs }: InterruptedUpload) {
  const { name, sizeBytes } = file
  const storedBytes = Math.min(storedCount * blockSizeBytes, sizeBytes)
  return { id, name: safeFilename(name), sizeBytes, storedBytes, lastUsedAtMs } satisfies InterruptedUploadView
}
