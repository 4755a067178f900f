/**
 * The keeper: one Node process that others meet at.
 *
 *   port ──┬─ WebSocket ─▶ libp2p ──┬─ circuit relay v2 (relay/: signalling, and content within limits)
 *          │     TCP port ─▶        ├─ Kademlia server (who has what)
 *          │                        ├─ communities (history/: topics, the last 30 days, newest links)
 *          │                        └─ QuireNode ◀─ store in the data folder
 *          └─ HTTP ─▶ web server ──┬─ the page, /quire.json, /sample.json, /health, /metrics
 *                                  └─ control API (token) ─▶ QuireNode
 *   UDP ports ─▶ STUN server (under which address a browser is seen)
 *
 * The data folder holds the peer key, the API token, the datasets, what is kept of communities, and while it runs a note of where it is reached.
 */
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { QuireError } from '../errors.ts'
import { QuireNetwork } from '../network/quire-network.ts'
import { assembleNode } from '../node/assemble-node.ts'
import type { QuireNode } from '../node/quire-node.ts'
import { VERSION } from '../node/version.ts'
import type { AbortOptions } from '../store/block-store.ts'
import { createLmdbBlockStore } from '../store/lmdb-block-store.ts'
import { createLmdbSettings } from '../store/lmdb-settings.ts'
import { loadApiToken } from './api-token.ts'
import { requireFreePort } from './free-port.ts'
import { ServedCommunities } from './history/served-communities.ts'
import { replyText } from './http-reply.ts'
import { ownStunServers, turnServers } from './ice-servers.ts'
import { isNativeAddress, pageUrl } from './keeper-addresses.ts'
import { JoinedKeepers } from './joined-keepers.ts'
import { keeperAssembly } from './keeper-assembly.ts'
import type { KeeperOptions } from './keeper-options.ts'
import { type KeeperLog, networkLog } from './log.ts'
import { type KeeperFigures, NO_HISTORY } from './metrics-text.ts'
import { loadPeerKey } from './peer-key.ts'
import { Pins } from './pins.ts'
import type { RelayServer } from './relay/relay-server.ts'
import { NO_COUNTS } from './relay/relay-counters.ts'
import { removeRunningNote, requireNoKeeper, writeRunningNote } from './running-note.ts'
import { type Sample, SampleOffer } from './sample-offer.ts'
import { SharedPort } from './shared-port.ts'
import { StunServer } from './stun-server.ts'
import { readWebFiles, type WebFiles } from './web-files.ts'
import { createWebServer } from './web-server.ts'

export interface KeeperComponents {
  readonly log: KeeperLog
}

interface Running {
  readonly network: QuireNetwork
  readonly node: QuireNode
  readonly files: WebFiles
  /** Other keepers; undefined until this one listens. */
  joined?: JoinedKeepers
  /** Undefined until they are read. */
  communities?: ServedCommunities
  readonly startedAtMs: number
}

const BLOCKS_FOLDER = 'blocks'
const HISTORY_FOLDER = 'history'

const STARTING: RequestListener = (_request, response) => {
  replyText(response, 'The keeper is starting.\n', { status: 503, headers: { 'Retry-After': '1' } })
}

/** A keeper with a lifetime: `start` resolves once it can be reached, `stop` once everything is put away. */
export class Keeper {
  readonly #log: KeeperLog
  readonly #options: KeeperOptions
  readonly #stopping = new AbortController()
  readonly #web = new SharedPort((request, response) => this.#onRequest(request, response))
  #onRequest = STARTING
  readonly #sample: SampleOffer
  readonly #stun: StunServer | undefined
  #relay: RelayServer | undefined
  #running: Running | undefined

  constructor({ log }: KeeperComponents, options: KeeperOptions) {
    this.#log = log
    this.#options = options
    this.#sample = new SampleOffer({ isHere: (sample) => this.#isHere(sample) }, options)
    const { host, port, tcpPort, stunPort } = options
    if (stunPort === false) return
    const ports = stunPort === undefined ? [port, tcpPort] : [stunPort, stunPort === 0 ? 0 : stunPort + 1]
    this.#stun = new StunServer({ log }, { host, ports, mayMove: stunPort === undefined })
  }

  /** Where people on this machine open the page, without a slash at the end. Errors: `ERR_NODE_STOPPED`. */
  get url(): string {
    this.#started()
    return pageUrl(this.#options.host, this.#web.port)
  }

  get peerId(): string {
    return this.#started().node.peerId
  }

  /** Under which peers can dial this keeper. */
  get addresses(): readonly string[] {
    return this.#started().network.status().addresses
  }

  /** True where the page is served. */
  get hasApp(): boolean {
    return this.#started().files.has('/')
  }

  figures(): KeeperFigures {
    const { network, node, joined, communities, startedAtMs } = this.#started()
    return {
      peerId: node.peerId,
      uptimeSeconds: Math.floor((performance.now() - startedAtMs) / 1000),
      peers: network.peers().length,
      reservations: this.#relay?.reservationCount ?? 0,
      stun: this.#stun?.counts(),
      joined: joined?.states() ?? [],
      relay: this.#relay?.counts() ?? NO_COUNTS,
      history: communities?.figures() ?? NO_HISTORY,
    }
  }

  /**
   * Opens the data folder and the ports.
   *
   * Errors: `ERR_KEEPER_RUNNING`, `ERR_PORT_IN_USE`, `ERR_DATA_FOLDER_UNUSABLE`, `ERR_OPTION_INVALID`. After an error or an
   * abort nothing is left open.
   */
  async start(options: AbortOptions = {}): Promise<void> {
    const { dataDir, appDir } = this.#options
    await requireNoKeeper(dataDir)
    await this.#requirePorts()
    const files: WebFiles = appDir === undefined ? new Map() : await readWebFiles(appDir)
    const privateKey = await loadPeerKey(dataDir)
    const token = await loadApiToken(dataDir)
    await this.#sample.load()
    options.signal?.throwIfAborted()
    const network = this.#createNetwork(privateKey)
    const path = join(dataDir, BLOCKS_FOLDER)
    const store = createLmdbBlockStore({ path, quotaBytes: this.#options.quotaBytes })
    // Fetches that are on their way are noted here, so that the next start goes on with them.
    const settings = createLmdbSettings({ path })
    const uploadLimits = { totalBytesPerSecond: this.#options.uploadBytesPerSecond }
    const node = await assembleNode({ store, network, settings, log: networkLog(this.#log) }, { uploadLimits })
    this.#running = { network, node, files, startedAtMs: performance.now() }
    try {
      await this.#stun?.start()
      await node.start()
      this.#running.joined = this.#join(network)
      this.#running.communities = this.#serve(network)
      await this.#running.communities.start()
      this.#onRequest = this.#webServer(this.#running, token)
      await writeRunningNote(dataDir, { pid: process.pid, url: this.url, token, peerId: node.peerId })
      options.signal?.throwIfAborted()
    } catch (error) {
      await this.stop()
      throw error
    }
    if (!this.addresses.some(isNativeAddress)) {
      this.#log.warn(
        { announce: this.#options.announce },
        'native nodes cannot dial: no TCP address at an IP is announced',
      )
    }
    const { url, peerId, addresses } = this
    this.#log.info({ url, peerId, addresses, stunPorts: this.#stun?.ports ?? [] }, 'the keeper runs')
  }

  /** Ends what is on its way, closes ports and store. Safe to call twice. */
  async stop(): Promise<void> {
    const running = this.#running
    if (running === undefined || this.#stopping.signal.aborted) return
    this.#onRequest = STARTING
    this.#stopping.abort(new QuireError('ERR_NODE_STOPPED', 'The keeper was stopped.'))
    await removeRunningNote(this.#options.dataDir)
    this.#web.close()
    running.joined?.stop()
    await this.#stun?.stop()
    await running.communities?.stop()
    await running.node.stop()
    this.#log.info({ relay: this.#relay?.counts() }, 'the keeper stopped')
  }

  async #requirePorts(): Promise<void> {
    const { host, port, tcpPort } = this.#options
    if (port !== 0 && port === tcpPort) {
      throw new QuireError('ERR_OPTION_INVALID', `--port and --tcp-port are both ${port}; they need one each.`)
    }
    for (const wanted of [port, tcpPort]) await requireFreePort(host, wanted)
  }

  #createNetwork(privateKey: Uint8Array): QuireNetwork {
    const assemble = keeperAssembly({
      options: this.#options,
      log: this.#log,
      web: this.#web,
      onRelay: (relay) => {
        this.#relay = relay
      },
    })
    return new QuireNetwork({ assemble, log: networkLog(this.#log) }, { privateKey, version: VERSION })
  }

  #join({ libp2p }: QuireNetwork): JoinedKeepers {
    const joined = new JoinedKeepers({ libp2p, log: this.#log }, { addresses: this.#options.join })
    joined.start()
    return joined
  }

  #serve(network: QuireNetwork): ServedCommunities {
    const { dataDir, communities, maxCommunities } = this.#options
    const path = join(dataDir, HISTORY_FOLDER)
    return new ServedCommunities({ network, log: this.#log }, { path, named: communities, maxCount: maxCommunities })
  }

  #webServer({ node, network, files }: Running, token: string): RequestListener {
    const { announce, stunServers, turn, turnSecret } = this.#options
    return createWebServer({
      version: VERSION,
      files,
      iceServers: (host) => ({
        stunServers: [...ownStunServers(this.#stun?.ports ?? [], host, announce), ...stunServers],
        turnServers: turnServers(turn, turnSecret, Date.now()),
      }),
      figures: () => this.figures(),
      sample: () => this.#sample.current(),
      api: {
        node,
        pins: new Pins({ node, log: this.#log }),
        sample: this.#sample,
        token,
        announced: announce,
        log: this.#log,
        signal: this.#stopping.signal,
        debugInfo: () => debugInfo(network),
      },
    })
  }

  /** One whose place went to others, or whose list of archives was removed, is not here. */
  async #isHere({ community, indexCid }: Sample): Promise<boolean> {
    const { node, communities } = this.#started()
    if (communities?.serves(community) !== true) return false
    const entry = await node.getDataset(indexCid)
    return entry !== undefined && entry.haveCount === entry.blockCount
  }

  #started(): Running {
    if (this.#running !== undefined) return this.#running
    throw new QuireError('ERR_NODE_STOPPED', 'The keeper has not started.')
  }
}

function debugInfo(network: QuireNetwork): unknown {
  const { peerId, addresses } = network.status()
  const connections = network
    .peers()
    .map(({ peer, isDirect, agent }) => ({ peerId: peer, direct: isDirect, agent: agent ?? null }))
  return { id: peerId, addrs: addresses, storage: { version: VERSION }, connections }
}
