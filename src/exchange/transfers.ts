import { cidText } from '../codec/cid.ts'
import type { BlockPresence } from '../codec/message.ts'
import { QuireError } from '../errors.ts'
import type { InterestBook } from './interest.ts'
import type { PeerKey } from './network-port.ts'
import type { PeerLink } from './peer-link.ts'
import type { Peers } from './peers.ts'
import { Transfer } from './transfer.ts'
import type { TransferGround } from './transfer-parts.ts'
import type { DatasetRef } from './verify-answer.ts'

export interface TransfersComponents extends TransferGround {
  readonly peers: Peers
  readonly interest: InterestBook
}

/** The transfers of the node: one for each dataset, whoever asks for it. */
export class Transfers {
  readonly #parts: TransfersComponents
  readonly #open = new Map<string, Transfer>()
  readonly #opening = new Map<string, Promise<Transfer>>()
  /** Counts from 1: the id 0 belongs to news that nobody asked for. */
  #nextDownloadId = 1n
  #isPumpDue = false
  #turn = 0
  #stopReason: QuireError | undefined

  constructor(components: TransfersComponents) {
    this.#parts = components
  }

  /**
   * The transfer of a dataset, started on first use.
   *
   * Errors: `ERR_DATASET_NOT_FOUND` (it was not entered in the store), `ERR_MANIFEST_INVALID` (the store knows the tree with
   * another number of blocks), `ERR_NODE_STOPPED`.
   */
  async open(dataset: DatasetRef): Promise<Transfer> {
    const key = keyOf(dataset)
    const known = this.#open.get(key)
    if (known !== undefined) return known
    const opening = this.#opening.get(key) ?? this.#create(key, dataset).finally(() => this.#opening.delete(key))
    this.#opening.set(key, opening)
    return opening
  }

  /** The transfer of a dataset, where there is one. */
  get(dataset: DatasetRef): Transfer | undefined {
    return this.#open.get(keyOf(dataset))
  }

  join(link: PeerLink): void {
    for (const transfer of this.#open.values()) transfer.join(link)
  }

  leave(peer: PeerKey): void {
    for (const transfer of this.#open.values()) transfer.leave(peer)
  }

  learn(peer: PeerKey, presence: BlockPresence): void {
    for (const transfer of this.#open.values()) {
      if (presence.address.treeCid.equals(transfer.dataset.treeCid)) transfer.learn(peer, presence)
    }
  }

  /** Lets every transfer ask for more, soon; whoever was first comes last the next time. */
  schedulePump(): void {
    if (this.#isPumpDue) return
    this.#isPumpDue = true
    queueMicrotask(() => {
      this.#isPumpDue = false
      const all = [...this.#open.values()]
      const first = this.#turn++ % Math.max(1, all.length)
      for (const transfer of [...all.slice(first), ...all.slice(0, first)]) transfer.pump()
    })
  }

  /** Ends all of them; resolves when what was verified is written. */
  async stop(reason: QuireError): Promise<void> {
    this.#stopReason = reason
    const all = [...this.#open.values()]
    for (const transfer of all) transfer.stop(reason)
    await Promise.all(all.map((transfer) => transfer.settled()))
  }

  async #create(key: string, dataset: DatasetRef): Promise<Transfer> {
    const { peers, interest, ...ground } = this.#parts
    const stored = await ground.store.presence(dataset.treeCid)
    if (this.#stopReason !== undefined) throw this.#stopReason
    if (stored === undefined) {
      throw new QuireError('ERR_DATASET_NOT_FOUND', 'The dataset must be entered in the store before it is fetched.')
    }
    if (stored.blockCount !== dataset.blockCount) {
      throw new QuireError('ERR_MANIFEST_INVALID', 'The same content is known here with another number of blocks.')
    }
    const transfer = new Transfer(
      {
        ...ground,
        interestedIn: (treeCid) => interest.peersOf(treeCid),
        ask: (peer, query) => peers.ask(peer, query),
        tell: (peer, message) => peers.tell(peer, message),
        drop: (link, reason) => peers.drop(link, reason),
        schedulePump: () => this.schedulePump(),
        onEnded: (ended) => this.#forget(key, ended),
      },
      { dataset, downloadId: this.#nextDownloadId++, stored },
    )
    this.#open.set(key, transfer)
    for (const link of peers.links()) transfer.join(link)
    transfer.start()
    return transfer
  }

  #forget(key: string, transfer: Transfer): void {
    if (this.#open.get(key) === transfer) this.#open.delete(key)
    this.#parts.peers.cancelQueries(transfer.downloadId)
  }
}

function keyOf({ treeCid, blockSizeBytes, blockCount }: DatasetRef): string {
  return `${cidText(treeCid)}/${blockSizeBytes}/${blockCount}`
}
