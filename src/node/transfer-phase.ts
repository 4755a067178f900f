import type { TransferState } from '../exchange/transfer-state.ts'
import type { NodeNetwork } from './node-parts.ts'
import type { TransferPhase } from './transfer.ts'

/**
 * Follows what the exchange says of a fetch, and says of one that waits for a peer whether the keeper is why.
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
  // Nothing changes for the exchange when the keeper goes or comes while nobody is there.
  const stop = network.onStatusChange(() => last?.state === 'waiting' && tell())
  return {
    report: (state) => {
      last = state
      tell()
    },
    stop,
  }
}

function phaseOf(state: TransferState, network: Pick<NodeNetwork, 'status'>): TransferPhase {
  if (state.state !== 'waiting' || state.reason !== 'no-peer') return state
  const { reachability } = network.status()
  const isCutOff = reachability.state === 'offline' || reachability.state === 'no-keeper'
  return isCutOff ? { state: 'waiting', reason: 'keeper-down' } : state
}
