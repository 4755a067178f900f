import type { NodeEvent, TransferView } from '../rpc/api.ts'

/** A node tells of its transfers at once; an upload that is asked for again a moment later. */
const SETTLE_MS = 1_500

/**
 * Keeps a page’s list of transfers whole while the node moves: rows stay until the next node tells of them, or has had the
 * time to; what had ended stays until it is dismissed, though the next node knows nothing of it.
 */
export class MovedTransfers {
  readonly #tell: (event: NodeEvent) => void
  /** As told last. */
  readonly #shown = new Map<string, TransferView>()
  /** Told by a node before, and not by this one yet. */
  readonly #old = new Set<string>()
  #settling: ReturnType<typeof setTimeout> | undefined

  constructor(tell: (event: NodeEvent) => void) {
    this.#tell = tell
  }

  /** The node has moved: what is told from now on is told by another. */
  move(): void {
    for (const id of this.#shown.keys()) this.#old.add(id)
    clearTimeout(this.#settling)
    this.#settling = setTimeout(() => this.#settle(), SETTLE_MS)
  }

  receive(event: NodeEvent): void {
    if (event.type === 'transfer') this.#note(event.transfer)
    if (event.type === 'transfer-removed') this.#forget(event.id)
    this.#tell(event)
  }

  /** What the node of before left here goes, when a person says so. */
  dismiss(id: string): void {
    if (this.#old.has(id)) this.#remove(id)
  }

  stop(): void {
    clearTimeout(this.#settling)
  }

  #note(transfer: TransferView): void {
    this.#old.delete(transfer.id)
    for (const id of this.#old) {
      const old = this.#shown.get(id)
      // The same upload, begun anew by the page that has its file.
      const isSame = old?.kind === transfer.kind && old.name === transfer.name && old.totalBytes === transfer.totalBytes
      if (isSame && !isEnded(old)) this.#remove(id)
    }
    this.#shown.set(transfer.id, transfer)
  }

  #settle(): void {
    for (const id of this.#old) {
      const transfer = this.#shown.get(id)
      if (transfer !== undefined && !isEnded(transfer)) this.#remove(id)
    }
  }

  #remove(id: string): void {
    this.#forget(id)
    this.#tell({ type: 'transfer-removed', id })
  }

  #forget(id: string): void {
    this.#old.delete(id)
    this.#shown.delete(id)
  }
}

function isEnded({ phase }: TransferView): boolean {
  return phase.state === 'done' || phase.state === 'failed' || phase.state === 'cancelled'
}
