import type { CommunityId } from '../history/ids.ts'
import type { TurnOption } from './ice-servers.ts'
import { DEFAULT_RELAY_LIMITS, type RelayLimits } from './relay-limits.ts'

/** How a keeper is set up; `DEFAULT_KEEPER_OPTIONS` and a data folder are a working one. */
export interface KeeperOptions {
  /** IP address to listen on; “0.0.0.0” or “::” for all. */
  readonly host: string
  /** Web page, control API and WebSocket; 0 for any free port. */
  readonly port: number
  /** libp2p over TCP, for native nodes and other keepers; 0 for any free port. */
  readonly tcpPort: number
  /** Peer key, API token and datasets; made where it is missing. */
  readonly dataDir: string
  /** Multiaddrs under which others reach this keeper, in place of those that it listens on. */
  readonly announce: readonly string[]
  /** Multiaddrs of other keepers to stay connected to, so that their datasets are found here. */
  readonly join: readonly string[]
  /** The built app; undefined to serve none. */
  readonly appDir?: string | undefined
  /**
   * First UDP port of the keeper’s own STUN server, the second is the next one; 0 for any free ones, false for no server.
   * Undefined takes the numbers of `port` and `tcpPort`, or any free ones where these are taken.
   */
  readonly stunPort?: number | false | undefined
  /** “stun:host:port” for the page’s WebRTC beside the keeper’s own; none by default, so that nobody outside is asked. */
  readonly stunServers: readonly string[]
  readonly turn: readonly TurnOption[]
  /** Shared with those TURN servers that have no fixed credentials. */
  readonly turnSecret?: string | undefined
  readonly relay: RelayLimits
  /** The most that datasets may take in the data folder. */
  readonly quotaBytes: number
  /** Communities whose messages of the last 30 days and newest archive link are kept for good. */
  readonly communities: readonly CommunityId[]
  /** Others that peers may have kept here; 0 for none. */
  readonly maxCommunities: number
  /** How fast datasets may be served, to all peers together; undefined for no limit. */
  readonly uploadBytesPerSecond?: number | undefined
}

export const DEFAULT_KEEPER_OPTIONS = {
  // This machine only: opening a keeper to the world is a decision.
  host: '127.0.0.1',
  port: 9410,
  tcpPort: 9411,
  announce: [],
  join: [],
  stunServers: [],
  turn: [],
  relay: DEFAULT_RELAY_LIMITS,
  // As the native node’s. Source: logos-storage-nim, default of `--storage-quota`.
  quotaBytes: 20 * 1024 ** 3,
  communities: [],
  maxCommunities: 100,
} as const satisfies Omit<KeeperOptions, 'dataDir'>
