import { QuireError } from '../errors.ts'

/** How fast blocks may leave this node; what is not named has no limit. Want lists and manifests do not count. */
export interface UploadLimits {
  readonly totalBytesPerSecond?: number | undefined
  readonly perPeerBytesPerSecond?: number | undefined
}

/** Below it an answer of the usual size takes longer than a peer waits for one. */
const MIN_UPLOAD_BYTES_PER_SECOND = 10_000

/** The limits with only the fields that are known. Errors: `ERR_OPTION_INVALID`. */
export function checkUploadLimits({ totalBytesPerSecond, perPeerBytesPerSecond }: UploadLimits): UploadLimits {
  for (const bytesPerSecond of [totalBytesPerSecond, perPeerBytesPerSecond]) {
    if (bytesPerSecond === undefined) continue
    if (Number.isFinite(bytesPerSecond) && bytesPerSecond >= MIN_UPLOAD_BYTES_PER_SECOND) continue
    throw new QuireError('ERR_OPTION_INVALID', 'An upload limit is at least 10 kB a second.', {
      details: { bytesPerSecond },
    })
  }
  return {
    ...(totalBytesPerSecond !== undefined && { totalBytesPerSecond }),
    ...(perPeerBytesPerSecond !== undefined && { perPeerBytesPerSecond }),
  }
}
