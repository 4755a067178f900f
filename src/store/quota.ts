import { QuireError } from '../errors.ts'
import type { Room, SpaceProbe } from './space-ledger.ts'

export interface QuotaInit {
  /** What a person or operator allows; no limit where it is not given. */
  readonly quotaBytes?: number | undefined
  /** What the backend says of itself: its whole quota where it has one, and what still fits. */
  readonly measure?: (() => Promise<{ quotaBytes?: number | undefined; freeBytes: number }>) | undefined
}

/** A probe that takes the smaller of what is allowed and what the backend has. Errors: `ERR_STORE_FAILED`. */
export function quotaProbe({ quotaBytes, measure }: QuotaInit): SpaceProbe {
  const limitBytes = quotaBytes ?? Number.POSITIVE_INFINITY
  return {
    limitBytes,
    async measure(usedBytes: number): Promise<Room> {
      const backend = await measure?.().catch((cause: unknown) => {
        throw new QuireError('ERR_STORE_FAILED', 'The free space cannot be measured.', { cause })
      })
      const freeBytes = Math.max(0, Math.min(limitBytes - usedBytes, backend?.freeBytes ?? Number.POSITIVE_INFINITY))
      const quota = Math.min(limitBytes, backend?.quotaBytes ?? Number.POSITIVE_INFINITY)
      return { quotaBytes: Number.isFinite(quota) ? quota : usedBytes + freeBytes, freeBytes }
    },
  }
}
