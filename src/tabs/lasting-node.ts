/**
 * `NodeApi` that outlives the tab that runs the node.
 *
 *   call  ──▶ ClientSlot: the node of now ── went away before it answered ──▶ asked of the next one (lasting-calls.ts),
 *             or ERR_NODE_MOVED where twice would be wrong
 *   watch ──▶ attached to each node in turn; rows of transfers stay meanwhile (moved-transfers.ts)
 *   stream ─▶ goes on at the byte that it had reached (lasting-stream.ts)
 */
import type { NodeApi, NodeEvent } from '../rpc/api.ts'
import type { ClientSlot } from './client-slot.ts'
import type { ExportHolds } from './export-holds.ts'
import { lastingCalls, type Repeat } from './lasting-calls.ts'
import { lastingHistory } from './lasting-history.ts'
import { lastingStream } from './lasting-stream.ts'
import { lastingWatch } from './lasting-watch.ts'
import { MovedTransfers } from './moved-transfers.ts'

type Special = 'history' | 'watch' | 'stream' | 'importAll' | 'dismissTransfer' | 'exportFile' | 'releaseFile'

const CALLS: Readonly<Record<Exclude<keyof NodeApi, Special>, Repeat>> = {
  status: 'again',
  space: 'again',
  debugInfo: 'again',
  about: 'again',
  upload: 'again',
  // Its bytes are in pieces that are gone when they have been given.
  openUpload: 'once',
  fetch: 'again',
  manifest: 'again',
  save: 'again',
  discardUpload: 'again',
  list: 'again',
  exists: 'again',
  delete: 'again',
  shareAddresses: 'again',
  shareLink: 'again',
  cancelTransfer: 'again',
  pauseTransfer: 'again',
  resumeTransfer: 'again',
  blockMap: 'again',
  reconnect: 'again',
  selfTest: 'again',
  connect: 'again',
  setAnnounced: 'again',
  setUploadLimits: 'again',
  setPinned: 'again',
  isPinned: 'again',
  // Half of one and half of another make no backup.
  exportAll: 'once',
  cancelBackup: 'again',
  logLevel: 'again',
  setLogLevel: 'again',
}

export function lastingNode(slot: ClientSlot, exports: Pick<ExportHolds, 'hold' | 'release'>): NodeApi {
  const watches = new Set<MovedTransfers>()
  const calls = lastingCalls<NodeApi, Exclude<keyof NodeApi, Special>>(CALLS, slot, (client) => client)
  return {
    ...calls,
    history: lastingHistory(slot),
    watch: (listener) => watchNode(slot, watches, listener),
    exportFile: async (cid, options = {}) => {
      const file = await slot.use((client) => client.exportFile(cid, options), {
        signal: options.signal,
        isRepeatable: true,
      })
      await exports.hold(cid)
      return file
    },
    releaseFile: async (cid) => {
      await exports.release(cid)
      await slot.use((client) => client.releaseFile(cid), { isRepeatable: true })
    },
    stream: (link, options) => lastingStream(slot, link, options),
    importAll: (backup, options = {}) =>
      slot.use((client) => client.importAll(backup, options), {
        signal: options.signal,
        // What was added stays, and is not added twice; a stream cannot be read again.
        isRepeatable: backup instanceof Blob,
      }),
    dismissTransfer: async (id) => {
      for (const watch of watches) watch.dismiss(id)
      await slot.use((client) => client.dismissTransfer(id), { isRepeatable: true })
    },
  }
}

async function watchNode(
  slot: ClientSlot,
  watches: Set<MovedTransfers>,
  listener: (event: NodeEvent) => void,
): Promise<() => void> {
  const transfers = new MovedTransfers(listener)
  watches.add(transfers)
  const unwatch = await lastingWatch<NodeEvent>({
    slot,
    attach: (client, tell) => client.watch(tell),
    listener: (event) => transfers.receive(event),
    onMoved: () => transfers.move(),
  }).catch((error: unknown) => {
    watches.delete(transfers)
    throw error
  })
  return () => {
    watches.delete(transfers)
    transfers.stop()
    unwatch()
  }
}
