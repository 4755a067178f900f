/** What the page knows of the node: the sum of all `NodeEvent`s so far. */
import type {
  BackupView,
  DatasetView,
  EvictionView,
  InterruptedUploadView,
  NodeEvent,
  NodeStatus,
  SpaceView,
  TransferView,
} from '../../rpc/api.ts'
import type { SelfTestView } from '../../rpc/connectivity.ts'

export interface NodeSnapshot {
  readonly status?: NodeStatus | undefined
  readonly space?: SpaceView | undefined
  /** Undefined until the node has told for the first time: not known is not the same as none. */
  readonly datasets?: readonly DatasetView[] | undefined
  /** Uploads that were cut off and wait for their file, the newest first. */
  readonly interrupted: readonly InterruptedUploadView[]
  /** The test of the connection that runs, or ran last. */
  readonly selfTest?: SelfTestView | undefined
  /** What went last to make room. */
  readonly eviction?: EvictionView | undefined
  /** The backup that was heard of last. */
  readonly backup?: BackupView | undefined
  /** Newest first. */
  readonly transfers: readonly TransferView[]
}

export const EMPTY_SNAPSHOT: NodeSnapshot = { interrupted: [], transfers: [] }

/** The snapshot after one more event; parts that the event does not touch stay the same objects. */
export function applyEvent(snapshot: NodeSnapshot, event: NodeEvent): NodeSnapshot {
  switch (event.type) {
    case 'status':
      return { ...snapshot, status: event.status }
    case 'space':
      return { ...snapshot, space: event.space }
    case 'datasets':
      return { ...snapshot, datasets: event.datasets }
    case 'uploads':
      return { ...snapshot, interrupted: event.interrupted }
    case 'self-test':
      return { ...snapshot, selfTest: event.selfTest }
    case 'evicted':
      return { ...snapshot, eviction: event.eviction }
    case 'backup':
      return { ...snapshot, backup: event.backup }
    case 'transfer':
      return { ...snapshot, transfers: withTransfer(snapshot.transfers, event.transfer) }
    case 'transfer-removed':
      return { ...snapshot, transfers: snapshot.transfers.filter(({ id }) => id !== event.id) }
  }
}

/** The newest transfer that concerns a dataset. */
export function transferOf(transfers: readonly TransferView[], cid: string): TransferView | undefined {
  return transfers.find((transfer) => transfer.cid === cid)
}

function withTransfer(transfers: readonly TransferView[], transfer: TransferView): readonly TransferView[] {
  const at = transfers.findIndex(({ id }) => id === transfer.id)
  if (at !== -1) return transfers.with(at, transfer)
  const later = transfers.findIndex(({ startedAtMs }) => startedAtMs <= transfer.startedAtMs)
  return later === -1 ? [...transfers, transfer] : transfers.toSpliced(later, 0, transfer)
}
