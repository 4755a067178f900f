/** What is done with one archive: it is fetched whole, and it is read. Either ends as a change of its row, never as an error. */
import { MAX_ARCHIVE_BYTES } from '../../codec/history/archive.ts'
import { isQuireError, QuireError, type ErrorCode } from '../../errors.ts'
import type { CommunityId } from '../ids.ts'
import type { FetchProgress, HistoryDatasets } from '../ports.ts'
import type { ArchiveReader } from './archive-reader.ts'
import type { ArchiveRow } from './archive-table.ts'
import type { Patience } from './index-fetcher.ts'

export type RowChange = Partial<Omit<ArchiveRow, 'entry'>>

const FIRST_RETRY_MS = 5_000
const MAX_RETRY_MS = 600_000
const NOBODY: readonly ErrorCode[] = ['ERR_MANIFEST_NOT_FOUND', 'ERR_NO_PEER_HAS_IT']
/** What another attempt does not mend: it is the same bytes each time. */
const DAMAGED: readonly ErrorCode[] = [
  'ERR_ARCHIVE_INVALID',
  'ERR_ARCHIVE_TOO_LARGE',
  'ERR_MANIFEST_INVALID',
  'ERR_MANIFEST_UNSUPPORTED',
]
const GONE: readonly ErrorCode[] = ['ERR_DATASET_NOT_FOUND', 'ERR_BLOCK_NOT_FOUND']

interface FetchInit extends Patience {
  readonly datasets: HistoryDatasets
  readonly row: ArchiveRow
  readonly roomBytes: number
  readonly signal: AbortSignal
  readonly nowMs: () => number
  readonly onProgress: (progress: FetchProgress) => void
}

/** Fetches every block. Rejects only with the signal’s reason; then what arrived is kept. */
export async function fetchArchive(init: FetchInit): Promise<RowChange> {
  const { datasets, row, roomBytes, signal, onProgress, patienceMs, stallMs } = init
  const maxBytes = Math.min(MAX_ARCHIVE_BYTES, roomBytes)
  try {
    await datasets.fetch(row.entry.cid, { maxBytes, signal, onProgress, patienceMs, stallMs })
    const doneBytes = row.sizeBytes ?? 0
    return { state: 'held', doneBytes, isCrowdedOut: false, failures: 0, retryAtMs: 0, error: undefined }
  } catch (cause) {
    signal.throwIfAborted()
    const error = quireErrorOf(cause)
    // It fits into an archive’s limit and not into what is left of the quota.
    if (error.code === 'ERR_ARCHIVE_TOO_LARGE' && maxBytes < MAX_ARCHIVE_BYTES) {
      const { sizeBytes } = error.details
      const size = typeof sizeBytes === 'number' ? { sizeBytes } : {}
      return { ...size, state: 'known', isCrowdedOut: true, error: quotaTooSmall(cause) }
    }
    if (DAMAGED.includes(error.code)) return { state: 'damaged', doneBytes: 0, sizeBytes: undefined, error }
    return { ...later(row, init.nowMs()), state: NOBODY.includes(error.code) ? 'nobody-has-it' : 'known', error }
  }
}

interface ReadInit {
  readonly datasets: HistoryDatasets
  readonly reader: ArchiveReader
  readonly community: CommunityId
  readonly row: ArchiveRow
  /** The moment in it that somebody waits for. */
  readonly nearMs: number | undefined
  readonly signal: AbortSignal
  readonly nowMs: () => number
}

/** Reads a held archive into the timeline. Rejects only with the signal’s reason. */
export async function readArchive(init: ReadInit): Promise<RowChange> {
  const { datasets, reader, community, row, nearMs, signal, nowMs } = init
  let sizes: RowChange = {}
  try {
    const bytes = await datasets.read(row.entry.cid, { signal })
    sizes = { sizeBytes: bytes.byteLength, doneBytes: bytes.byteLength }
    const outcome = await reader.read(community, row.entry, bytes, { nearMs, signal })
    // A key that came in the middle is not in what was read.
    signal.throwIfAborted()
    const { missingKeyIds } = outcome
    if (outcome.outcome === 'missing-key') return { ...sizes, state: 'missing-key', isRead: false, missingKeyIds }
    const { messageCount } = outcome
    return { ...sizes, state: 'held', isRead: true, messageCount, missingKeyIds, failures: 0, error: undefined }
  } catch (cause) {
    signal.throwIfAborted()
    const error = quireErrorOf(cause)
    const { keyId } = error.details
    if (error.code === 'ERR_GROUP_KEY_MISSING' && typeof keyId === 'string') {
      return { ...sizes, state: 'missing-key', isRead: false, missingKeyIds: [keyId] }
    }
    if (DAMAGED.includes(error.code)) return { ...sizes, state: 'damaged', isRead: false, error }
    // Somebody freed it behind our back: it is fetched again.
    if (GONE.includes(error.code)) return { ...later(row, nowMs()), state: 'known', doneBytes: 0, error: undefined }
    return { ...later(row, nowMs()), error }
  }
}

export function quotaTooSmall(cause?: unknown): QuireError {
  return new QuireError('ERR_QUOTA_TOO_SMALL', 'There is no room left for this part of the history.', { cause })
}

/** When an attempt that has failed `failures` times before is made again. */
export function retryPauseMs(failures: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** failures, MAX_RETRY_MS)
}

export function later({ failures }: ArchiveRow, nowMs: number): RowChange {
  return { failures: failures + 1, retryAtMs: nowMs + retryPauseMs(failures) }
}

export function quireErrorOf(cause: unknown): QuireError {
  return isQuireError(cause) ? cause : new QuireError('ERR_UNKNOWN', 'The archive could not be fetched.', { cause })
}
