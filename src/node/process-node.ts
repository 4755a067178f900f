/**
 * A node in a process of Node: LMDB in a folder or memory, TCP and WebSocket.
 *
 *   ProcessDisk (stores, settings) ──▶ key ──▶ network, exchange ──▶ QuireNode, history ──▶ PageNode
 *
 * Import `promise-with-resolvers.ts` first: libp2p needs it in Node 20.
 */
import { QuireError } from '../errors.ts'
import type { UploadLimits } from '../exchange/upload-limits.ts'
import { contentTopicOf, universalChatId } from '../history/crypto/topics.ts'
import type { CommunityId } from '../history/ids.ts'
import { connectPeer } from '../network/connect-peer.ts'
import { HistoryTransport } from '../network/history-transport.ts'
import { nodeAssembly } from '../network/node-libp2p.ts'
import { generatePrivateKey } from '../network/peer-identity.ts'
import { QuireNetwork } from '../network/quire-network.ts'
import { assembleNode } from './assemble-node.ts'
import { ExportFolder } from './export-folder.ts'
import { fileInMemory } from './file-in-memory.ts'
import { type RunningHistory, startHistory } from './history/create-history.ts'
import { lateHistory } from './history/late-history.ts'
import type { NodeLog } from './node-log.ts'
import { PageNode } from './page-node.ts'
import type { OpenDisk } from './process-disk.ts'
import type { QuireNode } from './quire-node.ts'
import { stopEach } from './stop-each.ts'
import { VERSION } from './version.ts'

const PEER_KEY = 'peer-key'

export interface ProcessNodeInit {
  readonly keepers?: readonly string[] | undefined
  /** Multiaddrs; none by default. */
  readonly listen?: readonly string[] | undefined
  readonly announce?: readonly string[] | undefined
  readonly dht?: 'client' | 'server' | undefined
  readonly uploadLimits?: UploadLimits | undefined
}

export interface ProcessNode {
  readonly node: PageNode
  /** Cancels what runs, writes what is verified, closes the stores. */
  readonly stop: () => Promise<void>
}

/**
 * Starts a node over a disk that nothing else uses.
 *
 * Errors: `ERR_STORE_FOLDER_UNUSABLE`, `ERR_STORE_IN_USE`, `ERR_PEER_KEY_INVALID`, `ERR_OPTION_INVALID` (an address of a
 * keeper that is none), libp2p’s own where it cannot listen.
 */
export async function startProcessNode(
  disk: OpenDisk,
  nodeLog: NodeLog,
  init: ProcessNodeInit = {},
): Promise<ProcessNode> {
  const { log } = nodeLog
  const { store, settings } = disk
  const { listen = [], announce = [], dht = 'client', keepers = [], uploadLimits } = init
  const network = new QuireNetwork(
    { assemble: nodeAssembly({ listen, announce, kademlia: dht }), log },
    { privateKey: await peerKeyOf(disk), version: VERSION, keepers },
  )
  const node = await assembleNode({ store, network, settings, log }, { uploadLimits })
  await node.start()
  const history = startCommunities(disk, { node, network, log: nodeLog })
  history.catch((error: unknown) => log('error', 'communities could not be started', { error }))
  const page = new PageNode({
    node,
    history: lateHistory(history.then((running) => running.history)),
    exports: new ExportFolder(() => Promise.reject(noFiles())),
    isPersistent: async () => disk.isPersistent,
    readKeepers: async () => undefined,
    connectPeer: (peer, options) => connectPeer(network, peer, options),
    log: nodeLog,
  })
  const stopHistory = (): Promise<void> => history.then(({ stop }) => stop()).catch(() => undefined)
  return { node: page, stop: () => stopEach([stopHistory, () => node.stop()], log) }
}

async function peerKeyOf({ settings }: OpenDisk): Promise<Uint8Array> {
  try {
    const known = await settings.get(PEER_KEY)
    if (known !== undefined) return known
    const made = await generatePrivateKey()
    await settings.set(PEER_KEY, made)
    return made
  } catch (error) {
    // The node closes them, and there will be none.
    await settings.close().catch(() => undefined)
    throw error
  }
}

function startCommunities(
  { kv, liveKv }: OpenDisk,
  { node, network, log: { log } }: { node: QuireNode; network: QuireNetwork; log: NodeLog },
): Promise<RunningHistory> {
  const topicOf = (community: string): string => contentTopicOf(universalChatId(community as CommunityId))
  return startHistory({
    datasets: node.historyDatasets,
    network: new HistoryTransport<CommunityId>({ network, topicOf, log }),
    kv,
    liveKv,
    shareAddresses: () => node.shareAddresses(),
    isOffline: () => false,
    writeFile: fileInMemory,
    log,
  })
}

function noFiles(): QuireError {
  return new QuireError('ERR_SAVE_FAILED', 'Files for a browser’s downloads are made in browsers alone.')
}
