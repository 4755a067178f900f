/**
 * The node of a browser’s worker: IndexedDB, the browser’s libp2p, one key for each origin.
 *
 *   keepers ──▶ lock (one node an origin) ──▶ key from the settings ──▶ store, network, exchange ──▶ QuireNode ──▶ PageNode
 *
 * In a worker the stand-in of `webrtc/` must be installed before this file is imported: libp2p looks for WebRTC then.
 */
import { QuireError } from '../errors.ts'
import type { UploadLimits } from '../exchange/upload-limits.ts'
import { loadNodeHasher } from '../merkle/hasher.ts'
import { browserAssembly } from '../network/browser-libp2p.ts'
import { browserOnline } from '../network/online.ts'
import { connectPeer } from '../network/connect-peer.ts'
import { generatePrivateKey } from '../network/peer-identity.ts'
import { QuireNetwork } from '../network/quire-network.ts'
import { warmHandshake } from '../network/warm-handshake.ts'
import type { SettingsStore } from '../store/settings-store.ts'
import { assembleNode } from './assemble-node.ts'
import { type BrowserDisk, type BrowserDiskInit, memoryDisk, originDisk } from './browser-disk.ts'
import { ExportFolder } from './export-folder.ts'
import type { BrowserHistoryComponents } from './history/browser-history.ts'
import type { RunningHistory } from './history/create-history.ts'
import { lateHistory } from './history/late-history.ts'
import { LateKeepers } from './late-keepers.ts'
import { EMPTY_CONFIG, loadConfig, type LoadConfigComponents, type NodeConfig, readConfig } from './node-config.ts'
import { NodeLock } from './node-lock.ts'
import { type LogLevel, NodeLog } from './node-log.ts'
import { PageNode } from './page-node.ts'
import type { QuireNode } from './quire-node.ts'
import { VERSION } from './version.ts'
import { tryWebRtcLoopback } from './webrtc-loopback.ts'

const PEER_KEY = 'peer-key'
/** Whoever still waits then is an heir, and has time to get ready. */
const HEIR_AFTER_MS = 500

export interface BrowserNodeSettings extends BrowserDiskInit {
  /** Multiaddrs, beside those that `configUrl` names. */
  readonly keepers?: readonly string[] | undefined
  readonly stunServers?: readonly string[] | undefined
  /** Null for none; `/quire.json` of this origin where it is not given. */
  readonly configUrl?: string | null | undefined
  readonly uploadLimits?: UploadLimits | undefined
  readonly logLevel?: LogLevel | undefined
}

export interface BrowserNodeInit {
  /** Aborts when the node is to be taken from another tab, which answers nobody, in place of waiting for its end. */
  readonly steal: AbortSignal
  /** Name of the lock that the running node holds. */
  readonly lockName?: string | undefined
  /** True for a node that keeps nothing and waits for no other, also where the browser allows no storage. */
  readonly isInMemory?: boolean | undefined
  /** What a program asks for; nothing for Quire’s own page. */
  readonly settings?: BrowserNodeSettings | undefined
  /** Called when no other tab runs a node any more: this one starts. */
  readonly onElected: () => void
  /** Called once, when another tab took the node over: this one stops by itself. */
  readonly onLost: (reason: QuireError) => void
}

/**
 * Starts the node of this origin, once no other tab runs it; what can be loaded before is.
 *
 * Errors: `ERR_NODE_MOVED` (taken over while it started), `ERR_STORE_UNAVAILABLE`, `ERR_INSECURE_PAGE`, `ERR_PEER_KEY_INVALID`.
 */
export async function startBrowserNode({
  steal,
  lockName,
  isInMemory = false,
  settings = {},
  ...init
}: BrowserNodeInit): Promise<PageNode> {
  // Types promise it everywhere; a page without https has neither locks nor SHA-256.
  if (!globalThis.isSecureContext) throw new QuireError('ERR_INSECURE_PAGE', 'The browser does not trust this page.')
  const { onElected, onLost } = init
  if (settings.logLevel !== undefined) nodeLog.setLevel(settings.logLevel)
  const lock = isInMemory ? undefined : new NodeLock({ name: lockName })
  const started = Promise.withResolvers<Started>()
  // Where it fails, it has already been told.
  started.promise.catch(() => undefined)
  const lose = async (): Promise<void> => {
    onLost(new QuireError('ERR_NODE_MOVED', 'Another tab of this browser took Quire over.'))
    // Lost while it starts: it is stopped as soon as it has.
    const { node, keepers, history } = await started.promise
    keepers.stop()
    await history.then(({ stop }) => stop()).catch(() => undefined)
    await node.stop()
  }
  let losing: Promise<void> | undefined
  // Told by its lock, or by a write that the next node’s mark refused, whichever is first.
  const onMoved = (): void => {
    losing ??= lose().catch((error: unknown) => consoleLog('warn', 'the node did not stop', { error }))
  }
  const disk = isInMemory ? memoryDisk(settings) : originDisk(settings, { onMoved })
  const prepared = prepare(isInMemory ? disk : originDisk(settings), settings)
  // It may wait for its turn for hours.
  prepared.catch(() => undefined)
  const warm = (): void =>
    void warmHandshake().catch((error: unknown) => consoleLog('warn', 'no handshake could be computed', { error }))
  const warming = setTimeout(warm, HEIR_AFTER_MS)
  await lock?.acquire({ steal, onLost: onMoved }).finally(() => clearTimeout(warming))
  onElected()
  const exports = new ExportFolder(exportRoot(settings))
  started.resolve(createStarted({ disk, exports, settings }, prepared))
  const { node, network, keepers, history } = await started.promise.catch((error: unknown) => {
    lock?.release()
    throw error
  })
  history.catch((error: unknown) => consoleLog('error', 'communities could not be started', { error }))
  if (!isInMemory)
    exports.sweep().catch((error: unknown) => consoleLog('warn', 'exported files could not be removed', { error }))
  return new PageNode({
    node,
    connectPeer: (peer, options) => connectPeer(network, peer, options),
    log: nodeLog,
    history: lateHistory(history.then((running) => running.history)),
    exports,
    isPersistent: () => disk.isPersistent(),
    readKeepers: async () => (settings.configUrl === null ? undefined : keepers.read()),
  })
}

interface Started {
  readonly node: QuireNode
  readonly network: QuireNetwork
  readonly keepers: LateKeepers
  /** Files work without it. */
  readonly history: Promise<RunningHistory>
}

/** Needs no lock: what a worker does while it waits for its turn, so that little is left to do then. */
async function prepare(disk: BrowserDisk, given: BrowserNodeSettings): Promise<NodeConfig> {
  const loadingHasher = loadNodeHasher()
  const url = configUrl(given)
  const load = (settings: SettingsStore): Promise<NodeConfig> => loadConfig({ ...configParts, settings }, { url })
  const config = given.configUrl === null ? EMPTY_CONFIG : await withSettings(disk, load)
  await loadingHasher
  const { keepers = [], stunServers = [] } = given
  return {
    ...config,
    keepers: [...keepers, ...config.keepers],
    stunServers: [...stunServers, ...config.stunServers],
  }
}

async function createStarted(
  { disk, exports, settings: given }: { disk: BrowserDisk; exports: ExportFolder; settings: BrowserNodeSettings },
  prepared: Promise<NodeConfig>,
): Promise<Started> {
  const url = configUrl(given)
  // The key is read now: the node before may have made it.
  const [privateKey, config] = await Promise.all([withSettings(disk, loadPeerKey), prepared])
  const assemble = browserAssembly({ stunServers: config.stunServers, turnServers: config.turnServers })
  const network = new QuireNetwork(
    { assemble, log: consoleLog, online: browserOnline() },
    { privateKey, version: VERSION, keepers: config.keepers },
  )
  const store = disk.openStore()
  const settings = disk.openSettings()
  const node = await assembleNode(
    { store, network, settings, log: consoleLog },
    { tryWebRtc: tryWebRtcLoopback, isEvicting: true, uploadLimits: given.uploadLimits },
  )
  await node.start()
  const keepers = new LateKeepers({
    read: (signal) => withSettings(disk, (settings) => readConfig({ ...configParts, settings }, { url, signal })),
    addKeepers: (addresses) => network.addKeepers(addresses),
    log: consoleLog,
  })
  if (config.keepers.length === 0 && given.configUrl !== null) void keepers.follow()
  const history = loadHistory({ node, network, exports, disk, log: consoleLog })
  return { node, network, keepers, history }
}

async function loadHistory(components: BrowserHistoryComponents): Promise<RunningHistory> {
  const { startBrowserHistory } = await import('./history/browser-history.ts')
  return startBrowserHistory(components)
}

function configUrl({ configUrl }: BrowserNodeSettings): string {
  return new URL(configUrl ?? '/quire.json', location.origin).href
}

/** A sweep clears the files of one node alone. */
function exportRoot({ name }: BrowserNodeSettings): (() => Promise<FileSystemDirectoryHandle>) | undefined {
  if (name === undefined) return undefined
  return async () => (await navigator.storage.getDirectory()).getDirectoryHandle(`quire.${name}`, { create: true })
}

async function withSettings<T>(disk: BrowserDisk, use: (settings: SettingsStore) => Promise<T>): Promise<T> {
  const settings = disk.openSettings()
  try {
    return await use(settings)
  } finally {
    await settings.close()
  }
}

async function loadPeerKey(settings: SettingsStore): Promise<Uint8Array> {
  const known = await settings.get(PEER_KEY)
  if (known !== undefined) return known
  const made = await generatePrivateKey()
  await settings.set(PEER_KEY, made)
  return made
}

/** What a person who opens the browser’s console should see: nothing, unless something is wrong, or a program asks for more. */
const nodeLog = new NodeLog((level, event, fields) => {
  // A worker has no other place for its log.
  // oxlint-disable-next-line eslint/no-console
  console[level](`Quire: ${event}`, fields ?? '')
}, 'warn')
const consoleLog = nodeLog.log

const configParts: Omit<LoadConfigComponents, 'settings'> = {
  fetch: (from, init) => fetch(from, init),
  log: consoleLog,
}
