/**
 * A file becomes a dataset.
 *
 *   content ─ pieces ─▶ padded blocks ─ SHA-256 ─▶ groups of 32 ──▶ UploadSession.put   (store, one transaction a group)
 *   (content-source)    (block-groups)                │                    │
 *                                                     ▼ leaves             ▼ after the last group
 *                                                 DatasetSeal ─ tree, manifest, CID ─▶ commit (visible at once)
 *
 * Reading, hashing and writing of neighbouring groups overlap; memory is a fixed number of groups and 64 bytes a block.
 * Nothing is visible before `commit`; whatever fails or is cancelled before it is discarded, or kept to be resumed.
 * `cid-of.ts` is the same path without the store; `download.ts` is the way back.
 */
import { DEFAULT_BLOCK_SIZE_BYTES } from '../codec/manifest.ts'
import type { BlockStore, DatasetEntry, UploadFile, UploadSession } from '../store/block-store.ts'
import { type BlockGroup, blockGroups } from './block-groups.ts'
import { type ContentSource, knownSizeBytes } from './content-source.ts'
import type { DatasetLabel } from './dataset-name.ts'
import { quiet } from './read-ahead.ts'
import { DatasetSeal, emptyFile } from './seal.ts'

/** The second waits in the database while the first is written, so that there is no pause between them. */
const WRITES_AT_ONCE = 2

export interface UploadProgress {
  /** Bytes of content that are stored. */
  readonly doneBytes: number
  /** Undefined for a stream. */
  readonly totalBytes?: number | undefined
}

export interface UploadOptions extends DatasetLabel {
  /** A power of two, 4 096 … 524 288; 65 536 unless told. */
  readonly blockSizeBytes?: number | undefined
  /** With a file, what is stored outlives a crash, and `isKeptAfter` decides of other ends. */
  readonly file?: UploadFile | undefined
  /** An interrupted upload to go on with, which the store knows; where it is gone, a new one is begun. */
  readonly resumeId?: number | undefined
  /** Whether a failure or abort leaves what was stored for a later `resumeId`; by default nothing is left. */
  readonly isKeptAfter?: ((error: unknown) => boolean) | undefined
  /** Called before the first group, with what was here from before; it is read and compared by hash all the same. */
  readonly onBegin?: ((begin: { readonly storedBytes: number }) => void) | undefined
  /** Called after each group that was stored. */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Stores `source` as a dataset and gives its entry.
 *
 * Errors: `ERR_EMPTY_FILE`, `ERR_OPTION_INVALID`, `ERR_FILE_UNREADABLE`, `ERR_STORE_FULL` (before anything is written where the size is known),
 * `ERR_STORE_FAILED`. After an abort or an error everything that was put has been discarded, unless `isKeptAfter` says not.
 */
export async function uploadDataset(
  store: Pick<BlockStore, 'beginUpload' | 'resumeUpload'>,
  source: ContentSource,
  options: UploadOptions = {},
): Promise<DatasetEntry> {
  const { blockSizeBytes = DEFAULT_BLOCK_SIZE_BYTES, signal } = options
  signal?.throwIfAborted()
  const sizeBytes = knownSizeBytes(source)
  if (sizeBytes === 0) throw emptyFile()
  const seal = new DatasetSeal(blockSizeBytes)
  const { file, resumeId } = options
  const resumed = resumeId === undefined ? undefined : await store.resumeUpload(resumeId, { signal })
  const session = resumed ?? (await store.beginUpload({ blockSizeBytes, sizeBytes, file }, { signal }))
  try {
    options.onBegin?.({
      storedBytes: Math.min(session.storedCount * blockSizeBytes, sizeBytes ?? file?.sizeBytes ?? 0),
    })
    return await fill({ session, seal }, source, { ...options, blockSizeBytes })
  } catch (error) {
    // The first failure is what the caller must hear; what a failed discard leaves, the store frees at its next start.
    const end = options.isKeptAfter?.(error) === true ? session.suspend() : session.discard()
    await end.catch(() => undefined)
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
  let doneBytes = 0
  const write = async (group: BlockGroup): Promise<void> => {
    await session.put(group.blocks, { signal })
    doneBytes += group.contentBytes
    onProgress?.({ doneBytes, totalBytes })
  }
  const writes: Promise<void>[] = []
  try {
    for await (const group of blockGroups(source, { blockSizeBytes, signal })) {
      signal?.throwIfAborted()
      seal.add(group)
      if (writes.length === WRITES_AT_ONCE) await writes.shift()
      writes.push(quiet(write(group)))
    }
    for (const writing of writes) await writing
  } finally {
    // What became of the session must not be decided while it is still written to.
    await Promise.allSettled(writes)
  }
  const { manifestCid, manifestBytes, nodes } = await seal.close(options)
  signal?.throwIfAborted()
  return session.commit({ manifestCid, manifestBytes, nodes })
}
