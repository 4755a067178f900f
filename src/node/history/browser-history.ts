/** The history service of a browser’s worker; a chunk of its own, loaded once the node runs. */
import { contentTopicOf, universalChatId } from '../../history/crypto/topics.ts'
import type { ExportFile } from '../../history/export/export-span.ts'
import type { CommunityId } from '../../history/ids.ts'
import { LIVE_TABLES, type LiveTable } from '../../history/live/live-keys.ts'
import type { AbortOptions } from '../../history/ports.ts'
import { HistoryTransport } from '../../network/history-transport.ts'
import type { QuireNetwork } from '../../network/quire-network.ts'
import { createIdbHistoryKv } from '../../store/idb-history-kv.ts'
import type { HistoryKv, HistoryTable } from '../../store/history-kv.ts'
import { IdbKv } from '../../store/idb-kv.ts'
import type { Kv } from '../../store/kv.ts'
import { MemoryKv } from '../../store/memory-kv.ts'
import type { BrowserDisk } from '../browser-disk.ts'
import { writeContent } from '../content-sink.ts'
import type { ExportFolder } from '../export-folder.ts'
import { fileInMemory } from '../file-in-memory.ts'
import type { NetworkLog } from '../node-parts.ts'
import type { QuireNode } from '../quire-node.ts'
import { type RunningHistory, startHistory } from './create-history.ts'

export interface BrowserHistoryComponents {
  /** Has started. */
  readonly node: QuireNode
  readonly network: QuireNetwork
  readonly exports: ExportFolder
  /** In memory where the browser allows no storage, or none is wanted. */
  readonly disk: Pick<BrowserDisk, 'databaseName' | 'isInMemory' | 'guard'>
  readonly log: NetworkLog
}

/** Errors: `ERR_STORE_UNAVAILABLE`, `ERR_STORE_FAILED`. */
export async function startBrowserHistory({
  node,
  network,
  exports,
  disk,
  log,
}: BrowserHistoryComponents): Promise<RunningHistory> {
  const topicOf = (community: string): string => contentTopicOf(universalChatId(community as CommunityId))
  return startHistory({
    datasets: node.historyDatasets,
    network: new HistoryTransport<CommunityId>({ network, topicOf, log }),
    ...(disk.isInMemory ? inMemory() : inDatabases(disk)),
    shareAddresses: () => node.shareAddresses(),
    isOffline: () => node.status().reachability.state === 'offline',
    writeFile: disk.isInMemory ? fileInMemory : (file, options) => writeFile(exports, file, options),
    log,
  })
}

interface HistoryDatabases {
  readonly kv: HistoryKv
  readonly liveKv: Kv<LiveTable>
}

function inDatabases(disk: Pick<BrowserDisk, 'databaseName' | 'guard'>): HistoryDatabases {
  const liveKv = new IdbKv(`${disk.databaseName}-live`, { tables: LIVE_TABLES })
  return {
    kv: disk.guard(createIdbHistoryKv({ databaseName: `${disk.databaseName}-history` }), 'settings'),
    liveKv: disk.guard(liveKv, 'facts'),
  }
}

function inMemory(): HistoryDatabases {
  return { kv: new MemoryKv<HistoryTable>(), liveKv: new MemoryKv<LiveTable>() }
}

/** Into the origin’s private files, which are cleared when the node starts. */
async function writeFile(exports: ExportFolder, file: ExportFile, { signal }: AbortOptions): Promise<File> {
  const name = `history-${crypto.randomUUID()}`
  const sink = await exports.openSink(name)
  await writeContent(file.bytes({ signal }), sink, () => undefined)
  return exports.file(name, { filename: file.name, mediaType: file.mediaType })
}
