import { expose, transfer } from 'comlink'
import { packStream, unpackStream } from './crossing-stream.ts'
import { viewOfEvent, viewOfReport, viewOfStatus } from './node-views.ts'
import { postEvents } from './post-events.ts'
import { serveHistory } from './serve-history.ts'
import { serveUpload } from './serve-upload.ts'
import type { ServedNode } from './served-node.ts'
import { installTransferHandlers, type WireApi } from './wire.ts'

/**
 * Answers a page’s calls on `port` with `node` until the returned function is called; then nothing is answered any more,
 * and the page’s events and streams end.
 */
export function serveNode(node: ServedNode, port: MessagePort): () => void {
  installTransferHandlers()
  const watchers = new Set<() => void>()
  expose(wireApi(node, watchers), port)
  return () => {
    for (const stop of watchers) stop()
    port.close()
  }
}

/** The calls as they cross to a page. */
export function wireApi(node: ServedNode, watchers: Set<() => void>): WireApi {
  return {
    ping: async () => true,
    watch: async (port) => postEvents(port, (post) => node.watch((event) => post(viewOfEvent(event))), watchers),
    history: async (port) => {
      serveHistory(node.history, port, watchers)
      watchers.add(() => port.close())
    },
    status: async () => viewOfStatus(await node.status()),
    space: () => node.space(),
    debugInfo: () => node.debugInfo(),
    upload: (file, options) => node.upload(file, options),
    openUpload: async (port, options) => serveUpload(await node.openUpload(options), port, watchers),
    fetch: (link, options) => node.fetch(link, options),
    manifest: (link, options) => node.manifest(link, options),
    stream: async (link, options) => sent(await node.stream(link, options), watchers),
    save: (cid, target, options) => node.save(cid, target, options),
    exportFile: (cid, options) => node.exportFile(cid, options),
    releaseFile: (cid) => node.releaseFile(cid),
    discardUpload: (id) => node.discardUpload(id),
    list: () => node.list(),
    exists: (cid) => node.exists(cid),
    delete: (cid) => node.delete(cid),
    shareAddresses: () => node.shareAddresses(),
    shareLink: (cid, base) => node.shareLink(cid, base),
    cancelTransfer: (id) => node.cancelTransfer(id),
    pauseTransfer: (id) => node.pauseTransfer(id),
    resumeTransfer: (id) => node.resumeTransfer(id),
    blockMap: async (cid, maxCells) => {
      const map = await node.blockMap(cid, maxCells)
      return map && transfer(map, [map.counts.buffer])
    },
    dismissTransfer: (id) => node.dismissTransfer(id),
    reconnect: () => node.reconnect(),
    selfTest: (options) => node.selfTest(options),
    setAnnounced: (cid, isAnnounced) => node.setAnnounced(cid, isAnnounced),
    setUploadLimits: (limits) => node.setUploadLimits(limits),
    about: () => node.about(),
    connect: (peer, options) => node.connect(peer, options),
    logLevel: () => node.logLevel(),
    setLogLevel: (level) => node.setLogLevel(level),
    setPinned: (cid, isPinned) => node.setPinned(cid, isPinned),
    isPinned: (cid) => node.isPinned(cid),
    exportAll: async (options) => sent(await node.exportAll(options), watchers),
    importAll: async (backup, options) => viewOfReport(await node.importAll(receivedBackup(backup, watchers), options)),
    cancelBackup: (id) => node.cancelBackup(id),
  }
}

type Bytes = Uint8Array<ArrayBuffer>

/** On its way to the page until it ends, or the page does. */
function sent(content: ReadableStream<Bytes>, watchers: Set<() => void>): ReadableStream<Bytes> {
  const packed = packStream(content, untilStopped(watchers))
  return transfer(packed, [packed])
}

/** What a page reads from a file breaks off where the page goes. */
function receivedBackup(backup: ReceivedBackup, watchers: Set<() => void>): ReceivedBackup {
  return backup instanceof Blob ? backup : unpackStream(backup, untilStopped(watchers))
}

type ReceivedBackup = Parameters<WireApi['importAll']>[0]

function untilStopped(watchers: Set<() => void>): { readonly gone: AbortSignal; readonly onEnd: () => void } {
  const controller = new AbortController()
  const stop = (): void => controller.abort(new DOMException('The page is gone.', 'AbortError'))
  watchers.add(stop)
  return { gone: controller.signal, onEnd: () => void watchers.delete(stop) }
}
