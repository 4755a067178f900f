import type { QuireError } from '../errors.ts'

/** How far a node has come with one of its keepers. */
export type KeeperState =
  | { readonly state: 'connecting'; readonly error?: QuireError | undefined }
  | { readonly state: 'down'; readonly error: QuireError; readonly nextTryAtMs: number }
  | { readonly state: 'reserving' }
  /** `isFull`: for want of a free place. */
  | { readonly state: 'refused'; readonly isFull: boolean; readonly error: QuireError; readonly nextTryAtMs: number }
  | { readonly state: 'reserved' }
  /** Connected, with enough other relays. */
  | { readonly state: 'spare' }

/** A relay behind which this node waits for others, or tries to. */
export interface RelayStatus {
  /** Its peer id, where it is known. */
  readonly peer?: string | undefined
  /** A multiaddr. */
  readonly address: string
  readonly state: KeeperState['state']
  /** Why it is down or refuses, a sentence. */
  readonly reason?: string | undefined
  readonly nextTryAtMs?: number | undefined
}
