import type { ManifestCid } from '../../codec/cid.ts'
import type { ArchiveId } from '../ids.ts'

/** Unix seconds, as they stand in archives: the first moment of a span, and the first one after it. */
export interface SpanSeconds {
  readonly fromSeconds: number
  readonly toSeconds: number
}

/** One archive as an index names it. The same span may come several times: each chunk of a busy week is an archive. */
export interface ArchiveEntry extends SpanSeconds {
  readonly id: ArchiveId
  readonly cid: ManifestCid
  /** The 4-byte content topics that the archive was made from. */
  readonly topics: readonly Uint8Array[]
  /** Of its search index, where the owner publishes one. */
  readonly searchCid?: ManifestCid | undefined
}
