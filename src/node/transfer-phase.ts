import type { TransferState } from '../exchange/transfer-state.ts'
import type { WhyRelayed } from '../network/peer-path.ts'
import type { NetworkStatus, NodeNetwork } from './node-parts.ts'
import type { TransferPhase } from './transfer.ts'

/**
 * Follows what the exchange says of a fetch, and says of one that waits whether the network or the keeper is why.
 *
 * `report` takes the exchange’s states; `onPhase` hears a phase whenever it may have changed, until `stop`.
 */
export function followPhase(
  network: Pick<NodeNetwork, 'status' | 'onStatusChange'>,
  onPhase: (phase: TransferPhase) => void,
): { report: (state: TransferState) => void; stop: () => void } {
  let last: TransferState | undefined
  const tell = (): void => {
    if (last !== undefined) onPhase(phaseOf(last, network))
  }
  // Nothing changes for the exchange when the network or the keeper goes or comes while nobody is there.
  const stop = network.onStatusChange(() => isIdle(last) && tell())
  return {
    report: (state) => {
      last = state
      tell()
    },
    stop,
  }
}

function phaseOf(state: TransferState, network: Pick<NodeNetwork, 'status'>): TransferPhase {
  if (state.state === 'moving') return movingOf(state, network)
  if (!isIdle(state)) return state
  const { reachability } = network.status()
  // Without a network nobody can be found; that some are still asked, or do not have it, is no longer why.
  if (reachability.state === 'offline') return { state: 'waiting', reason: 'offline' }
  if (state.state !== 'waiting' || state.reason !== 'no-peer') return state
  return reachability.state === 'no-keeper' ? { state: 'waiting', reason: 'keeper-down' } : state
}

function movingOf(
  { peers, relayedPeers = 0 }: Extract<TransferState, { state: 'moving' }>,
  network: Pick<NodeNetwork, 'status'>,
): TransferPhase {
  if (relayedPeers === 0) return { state: 'moving', peers }
  return { state: 'moving', peers, relayed: { peers: relayedPeers, why: whyRelayed(network.status()) } }
}

/** The reason that most peers behind relays have; they are few, and of one network most often all have the same. */
function whyRelayed({ peers }: NetworkStatus): WhyRelayed {
  const counts = new Map<WhyRelayed, number>()
  for (const { path } of peers) {
    if (path.kind === 'relayed') counts.set(path.why, (counts.get(path.why) ?? 0) + 1)
  }
  const [most] = [...counts].toSorted(([, a], [, b]) => b - a)
  return most?.[0] ?? 'trying'
}

function isIdle(state: TransferState | undefined): state is Extract<TransferState, { state: 'waiting' | 'looking' }> {
  return state?.state === 'waiting' || state?.state === 'looking'
}
