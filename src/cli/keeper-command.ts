import { Command, InvalidArgumentError, Option } from 'commander'
import { isIP } from 'node:net'
import { isQuireError, QuireError } from '../errors.ts'
import { Keeper } from '../keeper/keeper.ts'
import type { TurnOption } from '../keeper/ice-servers.ts'
import { DEFAULT_KEEPER_OPTIONS, type KeeperOptions } from '../keeper/keeper-options.ts'
import { createLog, LOG_LEVELS, type LogLevel } from '../keeper/log.ts'
import { dataDirOf } from './data-dir.ts'
import { EnvOption } from './env-option.ts'
import { type CliIo, writeFully } from './io.ts'
import { formatBytes } from './progress.ts'
import {
  parseCommunities,
  parseCount,
  parseCountOrNone,
  parseDurationMs,
  parseFirstPort,
  parseMultiaddrs,
  parsePort,
  parseSizeBytes,
  parseStunServers,
  parseTurnServer,
} from './values.ts'

const EXAMPLES = `
The web page, the control API and WebSocket share one port. Logs go to standard error: plain lines on a terminal, one
JSON object a line elsewhere. Ctrl-C gives up what is on its way and closes everything in order; a second Ctrl-C ends at once.

Examples:
  quire keeper --app-dir dist/app                       on this machine only
  quire keeper --host 0.0.0.0                           for the local network
  quire keeper --host 0.0.0.0 \\
    --announce /dns4/keeper.example/tcp/443/tls/ws \\
    --announce /ip4/203.0.113.7/tcp/9411                behind a proxy with TLS, TCP open for native nodes
`

const { relay, ...DEFAULTS } = DEFAULT_KEEPER_OPTIONS

interface KeeperFlags {
  readonly host: string
  readonly port: number
  readonly tcpPort: number
  readonly dataDir?: string
  readonly announce?: readonly string[]
  readonly join?: readonly string[]
  readonly appDir?: string
  readonly stunPort?: number
  readonly stun: boolean
  readonly stunServer?: readonly string[]
  readonly turn?: readonly TurnOption[]
  readonly turnSecret?: string
  readonly maxReservations: number
  readonly relayDataLimit: number
  readonly relayDuration: number
  readonly relayRate: number
  readonly quota: number
  readonly community?: KeeperOptions['communities']
  readonly maxCommunities: number
  readonly uploadLimit?: number
  readonly logLevel: LogLevel
}

/** `quire keeper`: runs a keeper until it is told to stop. */
export function keeperCommand(io: CliIo): Command {
  const command = new Command('keeper').description('run a keeper: relay, meeting point, web server and store')
  for (const option of keeperFlags()) command.addOption(option)
  return command.addHelpText('after', EXAMPLES).action((flags: KeeperFlags) => runKeeper(flags, io))
}

function keeperFlags(): Option[] {
  return [
    flag('--port <port>', 'port of page, API and WebSocket', 'QUIRE_PORT').argParser(parsePort).default(DEFAULTS.port),
    flag('--tcp-port <port>', 'port of libp2p over TCP', 'QUIRE_TCP_PORT')
      .argParser(parsePort)
      .default(DEFAULTS.tcpPort),
    flag('--host <ip>', 'address to listen on; 0.0.0.0 for all (:: with those of IPv6)', 'QUIRE_HOST')
      .argParser(parseHost)
      .default(DEFAULTS.host),
    flag('--data-dir <folder>', 'peer key, API token and datasets; ~/.local/share/quire by default', 'QUIRE_DATA_DIR'),
    flag('--announce <multiaddr>', 'public address; may be repeated', 'QUIRE_ANNOUNCE').argParser(parseMultiaddrs),
    flag('--join <multiaddr>', 'another keeper to stay connected to; may be repeated', 'QUIRE_JOIN').argParser(
      parseMultiaddrs,
    ),
    flag('--app-dir <folder>', 'built page to serve', 'QUIRE_APP_DIR'),
    ...natFlags(),
    flag('--max-reservations <n>', 'peers that may wait behind the relay', 'QUIRE_MAX_RESERVATIONS')
      .argParser(parseCount)
      .default(relay.maxReservations),
    flag('--relay-data-limit <size>', 'bytes through one relayed circuit', 'QUIRE_RELAY_DATA_LIMIT')
      .argParser(parseSizeBytes)
      .default(relay.circuitBytes, '128MiB'),
    flag('--relay-duration <duration>', 'life of one relayed circuit', 'QUIRE_RELAY_DURATION')
      .argParser(parseDurationMs)
      .default(relay.circuitDurationMs, '10m'),
    flag('--relay-rate <size>', 'bytes a second of all relayed circuits together', 'QUIRE_RELAY_RATE')
      .argParser(parseSizeBytes)
      .default(relay.bytesPerSecond, '2MiB'),
    flag('--quota <size>', 'room for datasets', 'QUIRE_QUOTA')
      .argParser(parseSizeBytes)
      .default(DEFAULTS.quotaBytes, '20GiB'),
    flag('--community <id>', 'community to keep messages of for good; may be repeated', 'QUIRE_COMMUNITY').argParser(
      parseCommunities,
    ),
    flag('--max-communities <n>', 'further communities that peers may have kept here', 'QUIRE_MAX_COMMUNITIES')
      .argParser(parseCountOrNone)
      .default(DEFAULTS.maxCommunities),
    flag(
      '--upload-limit <size>',
      'bytes a second for all peers together; no limit by default',
      'QUIRE_UPLOAD_LIMIT',
    ).argParser(parseSizeBytes),
    flag('--log-level <level>', 'how much to log', 'QUIRE_LOG_LEVEL').choices(LOG_LEVELS).default('info'),
  ]
}

function natFlags(): Option[] {
  return [
    flag(
      '--stun-port <port>',
      'UDP port of the STUN server, which has the next one as well; the numbers of --port and --tcp-port by default',
      'QUIRE_STUN_PORT',
    ).argParser(parseFirstPort),
    new Option('--no-stun', 'run no STUN server'),
    flag('--stun-server <url>', 'further STUN server for the page; may be repeated', 'QUIRE_STUN_SERVER').argParser(
      parseStunServers,
    ),
    flag(
      '--turn <url[,user,credential]>',
      'TURN server for the page; may be repeated; everybody who loads the page can read what is said here',
      'QUIRE_TURN',
    ).argParser(parseTurnServer),
    flag('--turn-secret <secret>', 'makes credentials for TURN servers without fixed ones', 'QUIRE_TURN_SECRET'),
  ]
}

function flag(flags: string, description: string, variable: string): EnvOption {
  return new EnvOption(flags, description, variable)
}

async function runKeeper(flags: KeeperFlags, io: CliIo): Promise<void> {
  const log = createLog(io.stderr, flags.logLevel)
  const options = keeperOptions(flags, io)
  const keeper = new Keeper({ log }, options)
  await keeper.start({ signal: io.signal })
  try {
    await writeFully(io.stdout, greeting(keeper, options))
    await aborted(io.signal)
    log.info({ reason: reasonOf(io.signal) }, 'stopping')
  } finally {
    await keeper.stop()
  }
}

function keeperOptions(flags: KeeperFlags, io: CliIo): KeeperOptions {
  return {
    host: flags.host,
    port: flags.port,
    tcpPort: flags.tcpPort,
    dataDir: dataDirOf(flags.dataDir, io.env),
    announce: flags.announce ?? [],
    join: flags.join ?? [],
    appDir: flags.appDir,
    stunPort: flags.stun ? flags.stunPort : false,
    stunServers: flags.stunServer ?? [],
    turn: turnOf(flags),
    turnSecret: flags.turnSecret,
    relay: {
      maxReservations: flags.maxReservations,
      circuitBytes: flags.relayDataLimit,
      circuitDurationMs: flags.relayDuration,
      bytesPerSecond: flags.relayRate,
    },
    quotaBytes: flags.quota,
    communities: flags.community ?? [],
    maxCommunities: flags.maxCommunities,
    uploadBytesPerSecond: flags.uploadLimit,
  }
}

function turnOf({ turn = [], turnSecret }: KeeperFlags): readonly TurnOption[] {
  const bare = turn.find(({ credentials }) => credentials === undefined)
  if (bare === undefined || turnSecret !== undefined) return turn
  throw new QuireError('ERR_OPTION_INVALID', `${bare.url} needs credentials of its own, or --turn-secret.`)
}

function greeting(keeper: Keeper, options: KeeperOptions): string {
  const page = keeper.hasApp
    ? `Quire is open at ${keeper.url}/`
    : `The keeper runs at ${keeper.url}/ (no page: see --app-dir)`
  return `${page}  —  Ctrl-C stops it.
Peer ${keeper.peerId}, data in ${options.dataDir}, room for ${formatBytes(options.quotaBytes)}.
`
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function reasonOf(signal: AbortSignal): string {
  const reason: unknown = signal.reason
  return isQuireError(reason) || reason instanceof Error ? reason.message : String(reason)
}

function parseHost(text: string): string {
  if (text === 'localhost') return '127.0.0.1'
  if (isIP(text) !== 0) return text
  throw new InvalidArgumentError('The address to listen on is an IP address, like 127.0.0.1 or 0.0.0.0.')
}
