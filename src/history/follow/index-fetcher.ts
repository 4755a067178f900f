import type { ManifestCid } from '../../codec/cid.ts'
import { MAX_INDEX_BYTES } from '../../codec/history/archive-index.ts'
import { type ReadIndex, readIndex } from '../archive/read-index.ts'
import type { AbortOptions, HistoryDatasets } from '../ports.ts'

export interface IndexFetcherComponents {
  readonly datasets: HistoryDatasets
  /** Opens sealed bytes, gives others back as they are. Errors: `ERR_GROUP_KEY_MISSING`. */
  readonly unseal: (bytes: Uint8Array) => Promise<Uint8Array>
}

export interface Patience {
  /** How long somebody who has it is looked for. */
  readonly patienceMs: number
  /** How long no block may come. */
  readonly stallMs: number
}

/**
 * The archives that an index names; it stays on this device.
 *
 * Errors: `ERR_ARCHIVE_TOO_LARGE` (more than 8 MiB: none of it was asked for), `ERR_MANIFEST_NOT_FOUND`,
 * `ERR_NO_PEER_HAS_IT`, `ERR_INDEX_INVALID`, `ERR_GROUP_KEY_MISSING`.
 */
export async function fetchIndex(
  { datasets, unseal }: IndexFetcherComponents,
  cid: ManifestCid,
  { signal, ...patience }: AbortOptions & Patience,
): Promise<ReadIndex> {
  if (!(await datasets.isHeld(cid))) await datasets.fetch(cid, { maxBytes: MAX_INDEX_BYTES, signal, ...patience })
  const bytes = await datasets.read(cid, { signal })
  return readIndex(await unseal(bytes))
}
