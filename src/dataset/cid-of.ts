import { DEFAULT_BLOCK_SIZE_BYTES } from '../codec/manifest.ts'
import { blockGroups } from './block-groups.ts'
import { type ContentSource, knownSizeBytes } from './content-source.ts'
import { DatasetSeal, type SealedDataset } from './seal.ts'
import type { UploadOptions } from './upload.ts'

/**
 * The dataset that an upload of `source` would make, without storing anything: its CIDs, manifest and tree.
 *
 * Errors: `ERR_EMPTY_FILE`, `ERR_FILE_UNREADABLE`.
 */
export async function cidOf(source: ContentSource, options: UploadOptions = {}): Promise<SealedDataset> {
  const { blockSizeBytes = DEFAULT_BLOCK_SIZE_BYTES, signal, onProgress } = options
  const totalBytes = knownSizeBytes(source)
  const seal = new DatasetSeal(blockSizeBytes)
  for await (const group of blockGroups(source, { blockSizeBytes, signal })) {
    signal?.throwIfAborted()
    seal.add(group)
    onProgress?.({ doneBytes: seal.sizeBytes, totalBytes })
  }
  return seal.close(options)
}
