/** What the node tells its page, noted with the time: the same data that the page draws. */
import type { Page } from '@playwright/test'
import type { NodeEvent, NodeStatus, PeerView, TransferView } from '../../src/rpc/api.ts'

/** Times are milliseconds since the page was opened; the page is told four times a second. */
export interface PageRecord {
  /** When another browser was connected, through a relay or directly. */
  metMs?: number
  /** When a direct connection to another browser stood. */
  directMs?: number
  /** How that was told. */
  direct?: PeerView
  status?: NodeStatus
  /** Fetched bytes, each time that there were more. */
  readonly growth: { readonly atMs: number; readonly bytes: number }[]
  readonly transfers: Record<string, TransferView>
}

declare global {
  // Kept by `recordEvents` in the page; a property of the global object can be declared only this way.
  var quireRecord: PageRecord
}

/**
 * Runs in a page before its own scripts, and reads along what the node’s worker sends it.
 *
 * The function is sent to the page as text, so it may use nothing of this module.
 */
export function recordEvents(): void {
  const record: PageRecord = { growth: [], transfers: {} }
  globalThis.quireRecord = record
  const take = ({ data }: MessageEvent<unknown>): void => {
    if (typeof data !== 'object' || data === null || !('type' in data)) return
    // What passes here is of this project, and its contract is tested elsewhere.
    const event = data as NodeEvent
    if (event.type === 'status') {
      record.status = event.status
      // A keeper is reached over WebSocket, and not known as one at once.
      const isMet = event.status.peers.some(({ transport }) => transport !== 'websocket')
      if (isMet) record.metMs ??= performance.now()
      const joined = event.status.peers.find(({ transport, isDirect }) => isDirect && transport === 'webrtc')
      if (joined !== undefined && record.direct === undefined) {
        record.direct = joined
        record.directMs = performance.now()
      }
    } else if (event.type === 'transfer') {
      const { transfer } = event
      record.transfers[transfer.id] = transfer
      if (transfer.kind !== 'fetch') return
      if (transfer.doneBytes > (record.growth.at(-1)?.bytes ?? 0)) {
        record.growth.push({ atMs: performance.now(), bytes: transfer.doneBytes })
      }
    }
  }
  // Called with their object below.
  // oxlint-disable-next-line typescript/unbound-method
  const { addEventListener } = MessagePort.prototype
  const seen = new WeakSet<MessagePort>()
  MessagePort.prototype.addEventListener = function (this: MessagePort, ...args: Parameters<typeof addEventListener>) {
    if (args[0] === 'message' && !seen.has(this)) {
      seen.add(this)
      addEventListener.call(this, 'message', take as EventListener)
    }
    addEventListener.apply(this, args)
  }
}

export function readRecord(page: Page): Promise<PageRecord> {
  return page.evaluate(() => globalThis.quireRecord)
}

/** What the page knew, for whoever asks why. */
export function describeRecord({ direct, status, transfers }: PageRecord): string {
  const { reachability, nat, relays, peers = [] } = status ?? {}
  return JSON.stringify({ direct, reachability, nat, relays, peers, transfers: Object.values(transfers) })
}
