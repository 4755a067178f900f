import type { UploadLimits } from '../exchange/upload-limits.ts'
import type { WebRtcTrial } from './connection-checks.ts'
import type { SpaceKeepingInit } from './space-keeping.ts'
import type { Patience } from './fetch-dataset.ts'

/**
 * How long a person waits for a manifest before the page says that nobody has it: keepers may need seconds to be reached,
 * and a browser that was asleep some more. Blocks are waited for until the fetch is cancelled; its row says for what.
 */
export const DEFAULT_PATIENCE: Patience = { manifestMs: 60_000, blocksMs: Number.POSITIVE_INFINITY }

export interface QuireNodeInit extends SpaceKeepingInit {
  /** Where none were set by hand and kept. */
  readonly uploadLimits?: UploadLimits | undefined
  readonly patience?: Partial<Patience> | undefined
  /** For the self-test of a node that others reach by WebRTC. */
  readonly tryWebRtc?: WebRtcTrial | undefined
}
