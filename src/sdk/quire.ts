/**
 * A storage node for a program: in a browser, or in a process of Node.
 *
 *   Quire ──▶ NodeHost.open ──▶ NodeApi (rpc/api.ts) ──▶ the node: own worker, another tab, this process, or a page’s
 *         ◀── NodeWatch: events, progress of uploads and fetches
 *
 * `QuireLife` has start and stop, `QuireContent` what goes in and out, this class the rest. `quire.browser.ts` and
 * `quire.node.ts` make it; they differ in what stands behind `NodeHost` alone.
 */
import type { LogLevel } from '../rpc/call-types.ts'
import type { SelfTestView } from '../rpc/connectivity.ts'
import { checkText } from './check.ts'
import { Communities } from './communities.ts'
import type { NodeHost } from './node-host.ts'
import type { ConnectOptions, SignalOptions } from './options.ts'
import { QuireContent } from './quire-content.ts'
import type { Status, UploadLimitsView, VersionView } from './views.ts'

/** A node of the network, for a program. */
export class QuireClient extends QuireContent {
  /** Communities, their history and what is said in them. */
  readonly communities: Communities

  constructor(host: NodeHost) {
    super(host)
    this.communities = new Communities(
      (use, signal) => this.with(({ api }) => use(api.history), signal),
      (event) => this.emit('history', event),
    )
  }

  /**
   * The release of Quire that runs the node.
   * @example info.ts#info
   */
  async version(): Promise<string> {
    return (await this.about()).version
  }

  /**
   * The commit that it was built from, with “-dirty” where files were changed since; “unknown” where no build said.
   * @example info.ts#info
   */
  async revision(): Promise<string> {
    return (await this.about()).revision
  }

  /**
   * This node’s id in the network, “16Uiu2HAm…”; the same over restarts, but with storage in memory.
   * @example info.ts#info
   */
  async peerId(): Promise<string> {
    return (await this.status()).peerId
  }

  /**
   * Multiaddrs under which others can dial this node, each with its id at the end.
   * @example info.ts#info
   */
  async addresses(): Promise<readonly string[]> {
    return (await this.status()).addresses
  }

  /**
   * The few addresses that a link should carry now, best first.
   * @example info.ts#info
   */
  async shareAddresses(): Promise<readonly string[]> {
    return this.with(({ api }) => api.shareAddresses())
  }

  /**
   * Peers, addresses, relays, and whether others can reach this node.
   * @example info.ts#info
   */
  async status(): Promise<Status> {
    return this.with(({ api }) => api.status())
  }

  /**
   * What a bug report needs, as text: no content, no names of files, no keys.
   * @example info.ts#info
   */
  async debugInfo(): Promise<string> {
    return this.with(({ api }) => api.debugInfo())
  }

  /**
   * What the node writes to its console: of a worker, that of the page; of a process, its standard error.
   * @example info.ts#log
   */
  async logLevel(): Promise<LogLevel> {
    return this.with(({ api }) => api.logLevel())
  }

  /**
   * Sets it from now on, until the node stops. Errors: `ERR_ARGUMENT_INVALID`.
   * @example info.ts#log
   */
  async setLogLevel(level: LogLevel): Promise<void> {
    checkText(level, 'A log level')
    return this.with(({ api }) => api.setLogLevel(level))
  }

  /**
   * Connects to a peer, named by its id or by a multiaddr that ends with it; resolves with its id once content can go to it.
   *
   * Without addresses: over a connection that is there, else by what is known of the peer, else by asking the DHT.
   * Errors: `ERR_ARGUMENT_INVALID`, `ERR_DIAL_FAILED`.
   * @example peers.ts#connect
   */
  async connect(peer: string, options: ConnectOptions = {}): Promise<string> {
    checkText(peer, 'A peer')
    return this.with(({ api }) => api.connect(peer, options), options.signal)
  }

  /**
   * Tries every keeper again now.
   * @example peers.ts#reconnect
   */
  async reconnect(): Promise<void> {
    return this.with(({ api }) => api.reconnect())
  }

  /**
   * Checks the connection piece by piece: keepers, relays, NAT, WebRTC.
   * @example peers.ts#reconnect
   */
  async selfTest(options: SignalOptions = {}): Promise<SelfTestView> {
    return this.with(({ api }) => api.selfTest(options), options.signal)
  }

  /**
   * How fast blocks may leave this node, at once and over restarts; `{}` for no limit. Errors: `ERR_OPTION_INVALID`.
   * @example peers.ts#limits
   */
  async setUploadLimits(limits: UploadLimitsView): Promise<void> {
    return this.with(({ api }) => api.setUploadLimits(limits))
  }

  protected override async tellHistory(): Promise<() => void> {
    return this.communities.tellEvents()
  }

  private about(): Promise<VersionView> {
    return this.with(({ api }) => api.about())
  }
}
