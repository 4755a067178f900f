/**
 * A file becomes a dataset.
 *
 *   content ─ pieces ─▶ padded blocks ─ SHA-256 ─▶ groups of 32 ──▶ UploadSession.put   (store, one transaction a group)
 *   (content-source)    (block-groups)                │                    │
 *                                                     ▼ leaves             ▼ after the last group
 *                                                 DatasetSeal ─ tree, manifest, CID ─▶ commit (visible at once)
 *
 * Reading, hashing and writing of neighbouring groups overlap; memory is a fixed number of groups and 64 bytes a block.
 * Nothing is visible before `commit`; whatever fails or is cancelled before it is discarded.
 * `cid-of.ts` is the same path without the store; `download.ts` is the way back.
 */
import { DEFAULT_BLOCK_SIZE_BYTES } from '../codec/manifest.ts'
import type { BlockStore, DatasetEntry, UploadSession } from '../store/block-store.ts'
import { blockGroups } from './block-groups.ts'
import { type ContentSource, knownSizeBytes } from './content-source.ts'
import type { DatasetLabel } from './dataset-name.ts'
import { DatasetSeal, emptyFile } from './seal.ts'

export interface UploadProgress {
  /** Bytes of content that are stored. */
  readonly doneBytes: number
  /** Undefined for a stream. */
  readonly totalBytes?: number | undefined
}

export interface UploadOptions extends DatasetLabel {
  /** A power of two, 4 096 … 524 288; 65 536 unless told. */
  readonly blockSizeBytes?: number | undefined
  /** Called after each group that was stored. */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Stores `source` as a dataset and gives its entry.
 *
 * Errors: `ERR_EMPTY_FILE`, `ERR_OPTION_INVALID`, `ERR_FILE_UNREADABLE`, `ERR_STORE_FULL` (before anything is written where the size is known),
 * `ERR_STORE_FAILED`. After an abort or an error everything that was put has been discarded.
 */
export async function uploadDataset(
  store: Pick<BlockStore, 'beginUpload'>,
  source: ContentSource,
  options: UploadOptions = {},
): Promise<DatasetEntry> {
  const { blockSizeBytes = DEFAULT_BLOCK_SIZE_BYTES, signal } = options
  signal?.throwIfAborted()
  const sizeBytes = knownSizeBytes(source)
  if (sizeBytes === 0) throw emptyFile()
  const seal = new DatasetSeal(blockSizeBytes)
  const session = await store.beginUpload({ blockSizeBytes, sizeBytes }, { signal })
  try {
    return await fill({ session, seal }, source, { ...options, blockSizeBytes })
  } catch (error) {
    // The first failure is what the caller must hear; what a failed discard leaves, the store frees at its next start.
    await session.discard().catch(() => undefined)
    throw error
  }
}

async function fill(
  { session, seal }: { session: UploadSession; seal: DatasetSeal },
  source: ContentSource,
  options: UploadOptions & { blockSizeBytes: number },
): Promise<DatasetEntry> {
  const { blockSizeBytes, signal, onProgress } = options
  const totalBytes = knownSizeBytes(source)
  for await (const group of blockGroups(source, { blockSizeBytes, signal })) {
    signal?.throwIfAborted()
    await session.put(group.blocks, { signal })
    seal.add(group)
    onProgress?.({ doneBytes: seal.sizeBytes, totalBytes })
  }
  const { manifestCid, manifestBytes, nodes } = await seal.close(options)
  signal?.throwIfAborted()
  return session.commit({ manifestCid, manifestBytes, nodes })
}
