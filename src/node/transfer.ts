import type { ManifestCid } from '../codec/cid.ts'
import type { QuireError } from '../errors.ts'
import type { WhyRelayed } from '../network/peer-path.ts'

/** So many of the peers that send do it through a relay. */
export interface Relayed {
  readonly peers: number
  readonly why: WhyRelayed
}

/** Where a transfer stands; only the fields that the state has. */
export type TransferPhase =
  | { readonly state: 'preparing' }
  /** Asking for somebody who has it. */
  | { readonly state: 'looking'; readonly askedPeers: number }
  /** Somebody has it; no block yet. */
  | { readonly state: 'connected'; readonly peers: number }
  /** What an earlier upload stored is read again and compared, before anything new is added. */
  | { readonly state: 'checking'; readonly checkedBytes: number }
  /** `relayed`: some of it comes through a relay, slowly. */
  | { readonly state: 'moving'; readonly peers: number; readonly relayed?: Relayed | undefined }
  /** Nothing can happen now; it goes on by itself when that changes. */
  | { readonly state: 'waiting'; readonly reason: 'no-peer' | 'keeper-down' | 'no-holder' | 'offline' }
  /** By hand; it goes on when it is resumed, and stays paused over a restart. */
  | { readonly state: 'paused' }
  | { readonly state: 'done' }
  | { readonly state: 'cancelled' }
  | { readonly state: 'failed'; readonly error: QuireError }

/** An upload, a fetch or a save, on its way or ended. */
export interface Transfer {
  readonly id: string
  readonly kind: 'upload' | 'fetch' | 'save'
  /** File name, or the CID where the name is not known yet. */
  readonly name: string
  readonly cid?: ManifestCid | undefined
  readonly phase: TransferPhase
  readonly isPausable: boolean
  readonly doneBytes: number
  /** What was here from before, where an interrupted transfer goes on. */
  readonly continuedFromBytes?: number | undefined
  /** Undefined while the size is not known. */
  readonly totalBytes?: number | undefined
  readonly bytesPerSecond: number
  /** Undefined unless bytes move and the size is known. */
  readonly secondsLeft?: number | undefined
  readonly startedAtMs: number
  /** Uploads: what the caller named it by. */
  readonly reference?: string | undefined
}

export function isEnded({ phase }: Pick<Transfer, 'phase'>): boolean {
  return phase.state === 'done' || phase.state === 'cancelled' || phase.state === 'failed'
}
