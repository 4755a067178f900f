import type { NodeApi } from './api.ts'
import { viewOfEvent, viewOfReport } from './node-views.ts'
import { viewOfHistoryEvent, wireHistory } from './serve-history.ts'
import { wireApi } from './serve-node.ts'
import type { ServedNode } from './served-node.ts'

/** `NodeApi` over a node of this very thread: the same views, nothing is copied on the way. */
export function localNode(node: ServedNode): NodeApi {
  const noWatchers = new Set<() => void>()
  return {
    ...wireApi(node, noWatchers),
    history: {
      ...wireHistory(node.history, noWatchers),
      watch: async (listener) => node.history.watch((event) => listener(viewOfHistoryEvent(event))),
    },
    watch: async (listener) => node.watch((event) => listener(viewOfEvent(event))),
    openUpload: (options) => node.openUpload(options),
    stream: (link, options) => node.stream(link, options),
    blockMap: (cid, maxCells) => node.blockMap(cid, maxCells),
    exportAll: (options) => node.exportAll(options),
    importAll: async (backup, options) => viewOfReport(await node.importAll(backup, options)),
  }
}
