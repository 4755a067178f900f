import type { DatasetEntry, EvictionReason, StoreSpace } from '../store/block-store.ts'

export interface NodeSpace extends StoreSpace {
  /** Of datasets that stay until a person removes them. */
  readonly pinnedBytes: number
  /** Of datasets that may go when room is needed. */
  readonly cachedBytes: number
}

/** Datasets that went to make room, those not used for longest first. */
export interface Eviction {
  readonly entries: readonly DatasetEntry[]
  readonly reason: EvictionReason
  readonly atMs: number
}
