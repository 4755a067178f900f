/** Datasets as a page sees them. */
import type { CidText } from './call-types.ts'

export interface ManifestView {
  readonly cid: CidText
  readonly treeCid: string
  readonly sizeBytes: number
  readonly blockSizeBytes: number
  readonly blockCount: number
  readonly name?: string | undefined
  readonly mediaType?: string | undefined
}

export interface DatasetView extends ManifestView {
  readonly origin: 'upload' | 'fetch'
  readonly addedAtMs: number
  readonly haveCount: number
  readonly isComplete: boolean
  /** Whether the network is told that it is here; see `setAnnounced`. */
  readonly isAnnounced: boolean
  /** Whether it stays until a person removes it; see `setPinned`. */
  readonly isPinned: boolean
  /** When it was uploaded, fetched, read or saved last, to about a minute. What others fetch from here does not count. */
  readonly lastUsedAtMs: number
}
