/** What the scenarios are made of: peers, datasets, states of a node. */
import { QuireError } from '../../errors.ts'
import type { ErrorCode } from '../../errors.ts'
import { viewOfError } from '../../rpc/errors.ts'
import type {
  DatasetView,
  ErrorView,
  NodeStatus,
  PeerView,
  Reachability,
  SpaceView,
  TransferView,
} from '../../rpc/api.ts'
import type { SampleOffer } from '../page/sample-offer.ts'
import { datasetOf, fakeCid, transferOf } from './fake-datasets.ts'
import type { DeviceScenario } from './fake-device.ts'
import type { FakeState } from './fake-node.ts'

export interface Scenario extends DeviceScenario {
  /** The address’s fragment. */
  readonly hash?: string
  readonly state?: FakeState
  /** The node does not come up. */
  readonly failure?: QuireError
  /** The node starts for ever. */
  readonly isStarting?: boolean
  /** The node dies once it ran. */
  readonly death?: QuireError
  /** Names of files in the queue behind one that runs. */
  readonly queued?: readonly string[]
  /** Names of files that the page before this one did not come to. */
  readonly notAdded?: readonly string[]
  /** Text put into the fetch box and sent. */
  readonly typed?: string
  readonly isDeleting?: boolean
  readonly hasShortcuts?: boolean
  readonly hasStatusOpen?: boolean
  /** Text put into the box of communities and sent. */
  readonly followed?: string
  readonly creating?: 'keys' | 'import'
  /** What the page’s server offers to newcomers. */
  readonly sample?: SampleOffer
  /** Asks whether to leave the chosen community. */
  readonly isLeaving?: boolean
  /** Asks whether to stop the first transfer. */
  readonly isStopping?: boolean
  /** The rate of the first transfer over the last seconds, bytes a second. */
  readonly rates?: readonly number[]
}

const KEEPER_ID = '16Uiu2HAm4v86W3bmT1BiH6oSPzcsSr31iDQpSN5Qa882BCjjwgrD'
const KEEPER_ADDRESS = `/dns4/keeper.example.org/tcp/443/tls/ws/p2p/${KEEPER_ID}`
const OWN_ID = '16Uiu2HAmJb2e28qLXxT5kZxVUUoJt72EMzNGXB47Rxx5hw3q4YjS'
const OTHER_ID = '16Uiu2HAkzA2LbhMnYkfDMDX4yBzVP7jDmJ3UDQJkJ6NGqfVDHGoc'
const RELAYED_ID = '16Uiu2HAm9mQdn6wLiLAyB3pWpRQ9zd5Ey2VtFSQ8kGXSPzzZGGNm'

export const KEEPER: PeerView = {
  peer: KEEPER_ID,
  agent: 'quire-keeper/0.1.0',
  isKeeper: true,
  isDirect: true,
  transport: 'websocket',
  rttMs: 23.4,
  path: { kind: 'direct' },
  receivedBytes: 48_213,
  sentBytes: 31_870,
  receivedBytesPerSecond: 0,
  sentBytesPerSecond: 120,
}
export const BROWSER: PeerView = {
  peer: OTHER_ID,
  agent: 'quire/0.1.0 (Firefox)',
  isKeeper: false,
  isDirect: true,
  transport: 'webrtc',
  rttMs: 41,
  path: { kind: 'punched' },
  receivedBytes: 152_340_118,
  sentBytes: 1_204_332,
  receivedBytesPerSecond: 3_412_000,
  sentBytesPerSecond: 18_200,
}
export const RELAYED: PeerView = {
  ...BROWSER,
  peer: RELAYED_ID,
  transport: 'circuit',
  isDirect: false,
  path: { kind: 'relayed', relay: KEEPER_ID, why: 'symmetric-nat' },
  rttMs: undefined,
  agent: undefined,
  receivedBytes: 2_104,
  sentBytes: 1_988,
  receivedBytesPerSecond: 24_000,
  sentBytesPerSecond: 0,
}

const SPACE: SpaceView = {
  usedBytes: 312_451_072,
  quotaBytes: 12_400_000_000,
  freeBytes: 12_087_548_928,
  blockCount: 4768,
  pinnedBytes: 161_000_000,
  cachedBytes: 151_000_000,
  isPersistent: false,
}
export const FULL_SPACE: SpaceView = {
  usedBytes: 1_980_000_000,
  quotaBytes: 2_000_000_000,
  freeBytes: 20_000_000,
  blockCount: 30_212,
  pinnedBytes: 1_980_000_000,
  cachedBytes: 0,
}

export const DATASETS: readonly DatasetView[] = [
  datasetOf(fakeCid(1), { name: 'assembly-minutes-2026-08.pdf', sizeBytes: 2_431_120, mediaType: 'application/pdf' }),
  datasetOf(fakeCid(2), {
    name: 'harvest.mp4',
    sizeBytes: 152_340_118,
    origin: 'fetch',
    mediaType: 'video/mp4',
    addedAtMs: Date.UTC(2026, 7, 18),
  }),
  datasetOf(fakeCid(3), {
    name: 'survey-of-the-old-town-walls.tar.zst',
    sizeBytes: 7_864_320,
    origin: 'fetch',
    haveCount: 34,
    addedAtMs: Date.UTC(2026, 6, 2),
  }),
  datasetOf(fakeCid(4), { name: 'seeds.csv', sizeBytes: 18_240, addedAtMs: Date.UTC(2025, 10, 30) }),
]

export function statusOf(reachability: Reachability, peers: readonly PeerView[] = []): NodeStatus {
  const isReachable = reachability.state === 'reachable'
  return {
    peerId: OWN_ID,
    version: '0.1.0',
    reachability,
    addresses: isReachable
      ? [`/dns4/keeper.example.org/tcp/443/tls/ws/p2p/${KEEPER_ID}/p2p-circuit/webrtc/p2p/${OWN_ID}`]
      : [],
    peers,
    relays: peers.some(({ isKeeper }) => isKeeper)
      ? [{ peer: KEEPER_ID, address: KEEPER_ADDRESS, state: isReachable ? 'reserved' : 'refused' }]
      : [],
    nat: { kind: 'cone', families: [4], checkedAtMs: Date.UTC(2026, 7, 20, 9, 30) },
    announcing: { wantedCount: 4, announcedCount: 4, maxCount: 250 },
    unreached: [],
    dropped: [],
    uploadLimits: {},
  }
}

const REACHABLE = statusOf({ state: 'reachable', relays: 1 }, [KEEPER, BROWSER])

export function stateWith(given: Partial<FakeState> = {}): FakeState {
  return { status: REACHABLE, space: SPACE, datasets: DATASETS, transfers: [], ...given }
}

export function errorOf(
  code: ErrorCode,
  message: string,
  options: { details?: Record<string, number>; cause?: Error } = {},
): ErrorView {
  return viewOfError(new QuireError(code, message, options))
}

export const NEW_CID = fakeCid(9)
const NAMED = { name: 'spring-2026-field-recordings.flac', totalBytes: 412_300_000 } as const

export function fetching(phase: TransferView['phase'], given: Partial<TransferView> = {}): FakeState {
  return stateWith({ transfers: [transferOf(NEW_CID, phase, { ...NAMED, ...given })] })
}

export const MOVING = { doneBytes: 118_452_224, bytesPerSecond: 3_412_000, secondsLeft: 86 } as const
export const PARTIAL = datasetOf(NEW_CID, {
  name: NAMED.name,
  sizeBytes: NAMED.totalBytes,
  origin: 'fetch',
  haveCount: 1808,
  mediaType: 'audio/flac',
})

export const KEEPER_DOWN = errorOf('ERR_KEEPER_UNREACHABLE', `The keeper at ${KEEPER_ADDRESS} cannot be reached.`, {
  cause: new Error('WebSocket closed with code 1006'),
})
