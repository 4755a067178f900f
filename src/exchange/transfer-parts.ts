/**
 * The parts of one transfer, and what each of them sets off in the others:
 *
 *   a peer is found, joins, says what it has → BlockFetcher asks it → onBlock → BlockIntake → stored → Downloads
 *   a reader wants a block → onUsed → the same; a block that the store no longer has → missing again
 */
import type { BlockSet } from '../codec/block-set.ts'
import type { Message } from '../codec/message.ts'
import { QuireError } from '../errors.ts'
import type { NodeHasher } from '../merkle/hasher.ts'
import type { BlockStore } from '../store/block-store.ts'
import { BlockFetcher } from './block-fetcher.ts'
import { BlockIntake } from './block-intake.ts'
import { BlockLedger } from './block-ledger.ts'
import { BlockReads } from './block-reads.ts'
import type { ByteBudget } from './byte-budget.ts'
import type { Clock } from './clock.ts'
import { Downloads } from './downloads.ts'
import { ENOUGH_HOLDERS } from './limits.ts'
import { LookupLoop } from './lookup-loop.ts'
import type { ExchangeNetwork, PeerKey } from './network-port.ts'
import type { PeerLink } from './peer-link.ts'
import type { PresenceQuery } from './presence-queries.ts'
import { ReaderWants } from './reader-wants.ts'
import { Swarm } from './swarm.ts'
import { TransferBeat } from './transfer-beat.ts'
import { TransferStatus } from './transfer-status.ts'
import type { DatasetRef } from './verify-answer.ts'

/** What all transfers of a node share. */
export interface TransferGround {
  readonly store: BlockStore
  readonly network: ExchangeNetwork
  readonly hasher: NodeHasher
  readonly clock: Clock
  readonly random: () => number
  readonly budget: ByteBudget
}

/** What a transfer has of its node. */
export interface TransferHost extends TransferGround {
  /** Peers that asked for a dataset. */
  readonly interestedIn: (treeCid: DatasetRef['treeCid']) => readonly PeerKey[]
  readonly ask: (peer: PeerKey, query: PresenceQuery) => void
  readonly tell: (peer: PeerKey, message: Message) => void
  readonly drop: (link: PeerLink, reason: string) => void
  /** Has the transfer pump soon, in turn with others. */
  readonly schedulePump: () => void
}

export interface TransferInit {
  readonly dataset: DatasetRef
  readonly downloadId: bigint
  /** What the store has of it. */
  readonly stored: BlockSet
}

export interface TransferHandlers {
  /** Throws once the transfer is over. */
  check(): void
  /** Somebody wants something that is not here. */
  onUsed(): void
  /** Every `TICK_MS`. */
  onBeat(): void
  /** It cannot go on, or nobody uses it any more. */
  onEnd(reason: Error): void
}

export interface TransferParts {
  readonly ledger: BlockLedger
  readonly readers: ReaderWants
  readonly reads: BlockReads
  readonly downloads: Downloads
  readonly swarm: Swarm
  readonly lookups: LookupLoop
  readonly intake: BlockIntake
  readonly fetcher: BlockFetcher
  readonly status: TransferStatus
  readonly beat: TransferBeat
}

/** What the other parts stand on. */
type Base = Pick<TransferParts, 'ledger' | 'readers' | 'swarm' | 'downloads'>

/** Nothing of them runs yet. */
export function makeTransferParts(host: TransferHost, init: TransferInit, handlers: TransferHandlers): TransferParts {
  const { clock, network, random, ask, schedulePump } = host
  const { dataset, downloadId, stored } = init
  const ledger = new BlockLedger(stored, { origin: Math.floor(random() * dataset.blockCount) })
  const readers = new ReaderWants({ clock, onUrgent: schedulePump })
  const swarm = new Swarm({ clock, ask, ledger, readers }, { dataset, downloadId })
  const downloads = new Downloads({ clock, ledger })
  const base = { ledger, readers, swarm, downloads }
  const intake = makeIntake(host, { ...base, dataset }, handlers)
  const reads = makeReads(host, { ...base, intake, dataset }, handlers)
  const lookups = new LookupLoop(
    { network, clock },
    {
      manifestCid: dataset.manifestCid,
      needsMore: (): boolean => status.isUsed && !ledger.isAllTaken && swarm.counts().holders < ENOUGH_HOLDERS,
    },
  )
  const status = new TransferStatus({ clock, swarm, lookups, downloads, readers })
  const beat = new TransferBeat(
    { clock },
    {
      isUsed: () => status.isUsed || intake.writer.pendingCount > 0,
      onBeat: () => handlers.onBeat(),
      onIdle: () => handlers.onEnd(new QuireError('ERR_NODE_STOPPED', 'Nobody uses the transfer any more.')),
    },
  )
  const fetcher = makeFetcher(host, { ...base, intake, status, beat, dataset }, handlers)
  return { ...base, reads, lookups, intake, fetcher, status, beat }
}

function makeIntake(
  { clock, tell, store, budget, interestedIn }: TransferHost,
  { ledger, swarm, downloads, dataset }: Base & { dataset: DatasetRef },
  handlers: TransferHandlers,
): BlockIntake {
  // Peers that are connected and fetch the same dataset.
  const listeners = (): PeerKey[] => interestedIn(dataset.treeCid).filter((peer) => !swarm.isComplete(peer))
  return new BlockIntake(
    { clock, tell, store, budget, ledger, listeners, lackedBy: swarm.lackedBy },
    { onStored: () => downloads.progress(), onFailed: (error) => handlers.onEnd(error) },
    dataset,
  )
}

function makeReads(
  { store }: TransferHost,
  { ledger, readers, swarm, intake, dataset }: Base & { intake: BlockIntake; dataset: DatasetRef },
  handlers: TransferHandlers,
): BlockReads {
  const onGone = (index: number): void => {
    ledger.release([index])
    swarm.rewind([index])
  }
  return new BlockReads(
    { store, ledger, readers, writer: intake.writer },
    { check: () => handlers.check(), onWanted: () => handlers.onUsed(), onGone },
    { dataset },
  )
}

function makeFetcher(
  { network, budget, clock, random, hasher, drop, schedulePump }: TransferHost,
  parts: Base & Pick<TransferParts, 'intake' | 'status' | 'beat'> & { dataset: DatasetRef },
  handlers: TransferHandlers,
): BlockFetcher {
  const { ledger, readers, swarm, downloads, intake, status, beat, dataset } = parts
  const isShared = (): boolean => intake.isShared
  const roundTripMs = (peer: PeerKey): number | undefined => network.leastRoundTripMs(peer)
  const fetcher = new BlockFetcher(
    { ledger, readers, swarm, budget, clock, awake: beat, random, hasher, isShared, roundTripMs },
    {
      onBlock: (block) => {
        if (!intake.add(block)) return false
        if (downloads.state?.state !== 'moving') status.report()
        return true
      },
      onBadPeer: (holder, reason) => drop(holder.link, reason),
      onBadManifest: (error) => handlers.onEnd(error),
      onChange: () => {
        // The last answers are written at once rather than after their delay.
        if (ledger.isAllTaken && fetcher.requestCount === 0) void intake.writer.flush()
        schedulePump()
      },
    },
    { dataset },
  )
  return fetcher
}
