import type { NodeStatus } from './connectivity.ts'
import type { NodeParts } from './node-parts.ts'
import type { Transfer } from './transfer.ts'
import { VERSION } from './version.ts'

export interface NodeFacts {
  readonly status: NodeStatus
  readonly transfers: readonly Transfer[]
}

/** Enough to tell peers apart, too little to find one. */
const PEER_CHARACTERS = 6

/** A node’s state as lines of text for a bug report: no file names, no CIDs, no keys; of others the ends of their peer ids. */
export async function describeNode(
  parts: Pick<NodeParts, 'store' | 'exchange'>,
  { status, transfers }: NodeFacts,
): Promise<string> {
  const [space, datasets] = await Promise.all([parts.store.space(), parts.store.listDatasets()])
  const exchange = parts.exchange.report()
  const { reachability, peers } = status
  const partial = datasets.filter(({ haveCount, blockCount }) => haveCount < blockCount).length
  const reason = 'error' in reachability ? ` (${reachability.error.code}: ${reachability.error.message})` : ''
  return [
    `Quire ${VERSION}`,
    `runs in: ${globalThis.navigator?.userAgent ?? 'an unknown place'}`,
    `peer id: ${status.peerId}`,
    `reachability: ${reachability.state}${reason}`,
    `nat: ${status.nat.kind}`,
    `announced: ${status.announcing.announcedCount} of at most ${status.announcing.maxCount}`,
    ...status.addresses.map((address) => `own address: ${address}`),
    ...peers.map(
      ({ peer, transport, path, isKeeper, agent }) =>
        `peer …${peer.slice(-PEER_CHARACTERS)}: ${transport} ${path.kind} keeper=${isKeeper} ${agent ?? ''}`,
    ),
    `datasets: ${datasets.length}, of which partial: ${partial}`,
    `space: ${space.usedBytes} bytes used in ${space.blockCount} blocks, ${space.freeBytes} free of ${space.quotaBytes}`,
    `exchange: ${exchange.inFlightBytes} bytes in flight, at most ${exchange.inFlightHighWaterBytes} so far`,
    ...exchange.peers.map(
      ({ peer, ...counters }) => `exchange with …${peer.slice(-PEER_CHARACTERS)}: ${JSON.stringify(counters)}`,
    ),
    ...transfers.map((transfer) => `transfer: ${transfer.kind} ${describePhase(transfer)}`),
  ].join('\n')
}

function describePhase({ phase, doneBytes, totalBytes }: Transfer): string {
  const bytes = `${doneBytes} of ${totalBytes ?? 'unknown'} bytes`
  return phase.state === 'failed' ? `failed (${phase.error.code}), ${bytes}` : `${phase.state}, ${bytes}`
}
