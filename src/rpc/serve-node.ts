import { expose, transfer } from 'comlink'
import { packStream, unpackStream } from './crossing-stream.ts'
import { viewOfEvent, viewOfReport, viewOfStatus } from './node-views.ts'
import { postEvents } from './post-events.ts'
import { serveHistory } from './serve-history.ts'
import { serveUpload } from './serve-upload.ts'
import type { ServedNode } from './served-node.ts'
import { installTransferHandlers, type WireApi } from './wire.ts'

/**
 * Answers a page’s calls on `port` with `node` until the returned function is called; then nothing is answered any more
 * and the page’s events end.
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
    stream: async (link, options) => {
      const content = packStream(await node.stream(link, options))
      return transfer(content, [content])
    },
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
    exportAll: async (options) => {
      const backup = packStream(await node.exportAll(options))
      return transfer(backup, [backup])
    },
    importAll: async (backup, options) => viewOfReport(await node.importAll(receivedBackup(backup), options)),
    cancelBackup: (id) => node.cancelBackup(id),
  }
}

/** A page that goes away in the middle of its own stream is heard of by nobody; `cancelBackup` ends what it began. */
function receivedBackup(backup: Parameters<WireApi['importAll']>[0]): Parameters<WireApi['importAll']>[0] {
  if (backup instanceof Blob) return backup
  return unpackStream(backup, { onEnd: () => undefined, gone: new AbortController().signal })
}
