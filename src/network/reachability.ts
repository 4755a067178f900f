/** Whether others can reach this node, and how: one answer out of the states of all keepers; and why a peer is not direct. */
import type { QuireError } from '../errors.ts'
import type { Assembled } from './assembly.ts'
import type { KeeperState } from './keeper-state.ts'
import type { Nat } from './nat-kind.ts'
import type { WhyRelayed } from './peer-path.ts'

export type Reachability =
  | { readonly state: 'starting' }
  | { readonly state: 'offline' }
  | { readonly state: 'no-keeper'; readonly error: QuireError; readonly nextTryAtMs?: number | undefined }
  | {
      readonly state: 'not-reachable'
      readonly reason: 'relay-full' | 'relay-refused' | 'no-webrtc' | 'waiting-for-relay'
    }
  | { readonly state: 'reachable'; readonly relays: number }

export interface ReachabilityInputs {
  readonly isOnline: boolean
  readonly reachableBy: Assembled['reachableBy']
  readonly keepers: readonly KeeperState[]
  /** Sockets that this node listens on. */
  readonly socketCount: number
}

/** The best that holds: one keeper with a reservation is enough. */
export function reachabilityOf(inputs: ReachabilityInputs): Reachability {
  const { isOnline, reachableBy, keepers, socketCount } = inputs
  const relays = keepers.filter(({ state }) => state === 'reserved').length
  if (reachableBy === 'sockets' && socketCount > 0) return { state: 'reachable', relays }
  if (!isOnline) return { state: 'offline' }
  if (relays > 0) return reachableBy === 'none' ? NO_WEBRTC : { state: 'reachable', relays }
  const states = new Set(keepers.map(({ state }) => state))
  if (states.has('reserving')) return WAITING
  const refused = keepers.filter((keeper) => keeper.state === 'refused')
  if (refused.length > 0) {
    // A place may become free; whoever relays for nobody hardly changes that.
    return { state: 'not-reachable', reason: refused.some(({ isFull }) => isFull) ? 'relay-full' : 'relay-refused' }
  }
  return withoutKeeper(keepers)
}

const NO_WEBRTC: Reachability = { state: 'not-reachable', reason: 'no-webrtc' }
const WAITING: Reachability = { state: 'not-reachable', reason: 'waiting-for-relay' }

function withoutKeeper(keepers: readonly KeeperState[]): Reachability {
  // None is configured: only a relay that some peer brings could help.
  if (keepers.length === 0) return WAITING
  const failures = keepers.map((keeper) => ('error' in keeper ? keeper.error : undefined))
  const [error] = failures
  // One that was never tried to its end: wait with the verdict.
  if (error === undefined || failures.includes(undefined)) return { state: 'starting' }
  const tries = keepers.map((keeper) => ('nextTryAtMs' in keeper ? keeper.nextTryAtMs : undefined))
  const known = tries.filter((timeMs) => timeMs !== undefined)
  // A keeper that is being dialled has no next try: it is being tried.
  return { state: 'no-keeper', error, nextTryAtMs: known.length === tries.length ? Math.min(...known) : undefined }
}

export interface WhyRelayedInputs {
  readonly reachableBy: Assembled['reachableBy']
  /** Whether the peer speaks what both need to come together; undefined while it has not said. */
  readonly canUpgrade: boolean | undefined
  /** A try to come together directly has failed. */
  readonly hasFailed: boolean
  readonly ownNat: Nat
  /** What the peer says of its own. */
  readonly peerNat: Nat
}

/** Why there is no direct connection to a peer that is connected through a relay. */
export function whyRelayed({ reachableBy, canUpgrade, hasFailed, ownNat, peerNat }: WhyRelayedInputs): WhyRelayed {
  if (reachableBy === 'none') return 'no-webrtc'
  if (canUpgrade === false) return 'not-dialable'
  if (ownNat.kind === 'udp-blocked') return 'udp-blocked'
  return hasFailed ? whyFailed(ownNat, peerNat) : 'trying'
}

// Which pairs of NATs come together is in RFC 5128, section 3: a port that nobody was told needs a side that lets in everybody.
function whyFailed(ownNat: Nat, peerNat: Nat): WhyRelayed {
  if (peerNat.kind === 'udp-blocked') return 'udp-blocked-there'
  if (haveNoFamilyInCommon(ownNat, peerNat)) return 'no-common-ip'
  const kinds = [ownNat.kind, peerNat.kind]
  if (!kinds.includes('symmetric')) return 'failed'
  if (kinds.includes('cone')) return 'symmetric-nat-one-side'
  return kinds.every((kind) => kind === 'symmetric') ? 'symmetric-nat' : 'failed'
}

function haveNoFamilyInCommon(own: Nat, peer: Nat): boolean {
  if (own.families.length === 0 || peer.families.length === 0) return false
  return !own.families.some((family) => peer.families.includes(family))
}
