/** The files of an export: one that was chosen, those of a folder, or those inside a ZIP. */
import type { AbortOptions } from '../ports.ts'

export interface ImportFile {
  /** With “/” between folders. */
  readonly path: string
  /** As it is stored: packed for a file in a ZIP. */
  readonly sizeBytes: number
  /**
   * From its start. `onRead` hears of stored bytes as they are read.
   *
   * Errors: `ERR_FILE_UNREADABLE`, `ERR_IMPORT_INVALID` (a ZIP that is damaged, locked, or unpacks to absurdly much).
   */
  read(options?: AbortOptions & { readonly onRead?: (bytes: number) => void }): AsyncGenerator<Uint8Array>
}

/** A `File`, or a blob with a path that somebody gave it. */
export interface NamedBlob {
  readonly path: string
  readonly blob: Blob
}
