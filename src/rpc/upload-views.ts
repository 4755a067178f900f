/** Calls that carry content in and out, and what a build says of itself. */
import type { CallOptions } from './call-types.ts'
import type { DatasetView } from './dataset-views.ts'

/** Numbers of a build: its release, and the commit it was made of, “unknown” where that was not to be had. */
export interface AboutView {
  readonly version: string
  readonly revision: string
}

export interface UploadCallOptions extends CallOptions {
  readonly name?: string | undefined
  readonly mediaType?: string | undefined
  /** A power of two, 4,096 to 524,288; 65,536 unless told. */
  readonly blockSizeBytes?: number | undefined
  /** False where the network is not to be told of it; see `setAnnounced`. */
  readonly isAnnounced?: boolean | undefined
  /** Any text; its transfer says it, so that the caller knows which one it is. */
  readonly reference?: string | undefined
}

export interface ReadCallOptions extends CallOptions {
  /** Only what is on this device: `ERR_DATASET_NOT_FOUND`, or `ERR_BLOCK_NOT_FOUND` where a part is missing. */
  readonly isLocal?: boolean | undefined
}

/** An upload whose bytes come piece by piece. It is gone with the page that opened it. */
export interface UploadSessionApi {
  /**
   * Takes the next bytes, at most 16 MiB; resolves when there is room for more, about 2 MiB ahead of the store.
   *
   * Errors: what ended the upload, `ERR_ARGUMENT_INVALID` (too many bytes at once, or after `close`).
   */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>
  /** No more will come. Errors: `ERR_EMPTY_FILE`, what ended the upload. */
  close(): Promise<DatasetView>
  /** Resolves when what was stored of it is freed; nothing for one that has ended. */
  abort(): Promise<void>
}
