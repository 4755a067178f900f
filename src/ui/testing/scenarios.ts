/** Every state of the page that is worth looking at, by name: the gallery shows them, the tests check each. */
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
import { datasetOf, fakeCid, transferOf } from './fake-node.ts'
import type { FakeState } from './fake-node.ts'

export interface Scenario {
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
  /** Text put into the fetch box and sent. */
  readonly typed?: string
  readonly isDeleting?: boolean
  readonly hasShortcuts?: boolean
  readonly hasStatusOpen?: boolean
}

const KEEPER_ID = '16Uiu2HAm4v86W3bmT1BiH6oSPzcsSr31iDQpSN5Qa882BCjjwgrD'
const OWN_ID = '16Uiu2HAmJb2e28qLXxT5kZxVUUoJt72EMzNGXB47Rxx5hw3q4YjS'
const OTHER_ID = '16Uiu2HAkzA2LbhMnYkfDMDX4yBzVP7jDmJ3UDQJkJ6NGqfVDHGoc'

const KEEPER: PeerView = {
  peer: KEEPER_ID,
  agent: 'quire-keeper/0.1.0',
  isKeeper: true,
  isDirect: true,
  transport: 'websocket',
  rttMs: 23.4,
  receivedBytes: 48_213,
  sentBytes: 31_870,
}
const BROWSER: PeerView = {
  peer: OTHER_ID,
  agent: 'quire/0.1.0 (Firefox)',
  isKeeper: false,
  isDirect: true,
  transport: 'webrtc',
  rttMs: 41,
  receivedBytes: 152_340_118,
  sentBytes: 1_204_332,
}
const RELAYED: PeerView = {
  ...BROWSER,
  transport: 'circuit',
  isDirect: false,
  rttMs: undefined,
  agent: undefined,
  receivedBytes: 2_104,
  sentBytes: 1_988,
}

const SPACE: SpaceView = {
  usedBytes: 312_451_072,
  quotaBytes: 12_400_000_000,
  freeBytes: 12_087_548_928,
  blockCount: 4768,
  isPersistent: false,
}
const FULL_SPACE: SpaceView = {
  usedBytes: 1_980_000_000,
  quotaBytes: 2_000_000_000,
  freeBytes: 20_000_000,
  blockCount: 30_212,
}

const DATASETS: readonly DatasetView[] = [
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

const LONG =
  'the-complete-and-unabridged-correspondence-of-the-parish-council-with-the-water-board-1911-to-1998-second-revised-scan.pdf'

function statusOf(reachability: Reachability, peers: readonly PeerView[] = []): NodeStatus {
  const isReachable = reachability.state === 'reachable'
  return {
    peerId: OWN_ID,
    version: '0.1.0',
    reachability,
    addresses: isReachable
      ? [`/dns4/keeper.example.org/tcp/443/tls/ws/p2p/${KEEPER_ID}/p2p-circuit/webrtc/p2p/${OWN_ID}`]
      : [],
    peers,
  }
}

const REACHABLE = statusOf({ state: 'reachable', relays: 1 }, [KEEPER, BROWSER])

function stateWith(given: Partial<FakeState> = {}): FakeState {
  return { status: REACHABLE, space: SPACE, datasets: DATASETS, transfers: [], ...given }
}

function errorOf(
  code: ErrorCode,
  message: string,
  options: { details?: Record<string, number>; cause?: Error } = {},
): ErrorView {
  return viewOfError(new QuireError(code, message, options))
}

const NEW_CID = fakeCid(9)
const NAMED = { name: 'spring-2026-field-recordings.flac', totalBytes: 412_300_000 } as const

function fetching(phase: TransferView['phase'], given: Partial<TransferView> = {}): FakeState {
  return stateWith({ transfers: [transferOf(NEW_CID, phase, { ...NAMED, ...given })] })
}

function failing(error: ErrorView): FakeState {
  return fetching({ state: 'failed', error }, { doneBytes: 97_000_000 })
}

const MOVING = { doneBytes: 118_452_224, bytesPerSecond: 3_412_000, secondsLeft: 86 } as const
const PARTIAL = datasetOf(NEW_CID, {
  name: NAMED.name,
  sizeBytes: NAMED.totalBytes,
  origin: 'fetch',
  haveCount: 1808,
  mediaType: 'audio/flac',
})

const KEEPER_DOWN = errorOf('ERR_KEEPER_UNREACHABLE', 'The keeper does not answer.', {
  cause: new Error('WebSocket closed with code 1006'),
})
const NO_PEER = errorOf('ERR_NO_PEER_HAS_IT', 'Nobody who is online has this file.', { details: { askedPeers: 3 } })

export const SCENARIOS = {
  empty: { state: stateWith({ datasets: [] }) },
  list: { state: stateWith() },
  'list-chosen': { state: stateWith(), hash: `#/${fakeCid(1)}` },
  'list-fetched-chosen': { state: stateWith(), hash: `#/${fakeCid(2)}` },
  'list-partial-chosen': { state: stateWith(), hash: `#/${fakeCid(3)}` },
  'long-list': {
    state: stateWith({
      datasets: Array.from({ length: 450 }, (_, at) =>
        datasetOf(fakeCid(100 + at), {
          name: `photo-${String(at).padStart(4, '0')}.jpg`,
          sizeBytes: 3_000_000 + at * 41_000,
        }),
      ),
    }),
  },
  names: {
    hash: `#/${fakeCid(21)}`,
    state: stateWith({
      datasets: [
        datasetOf(fakeCid(21), { name: LONG, sizeBytes: 88_120_000 }),
        datasetOf(fakeCid(22), { name: 'סיכום ישיבת ועד הקהילה לשנת אלפיים עשרים ושש.pdf' }),
        datasetOf(fakeCid(23), { name: 'أرشيف الرسائل القديمة للجمعية الثقافية.zip', haveCount: 3 }),
        datasetOf(fakeCid(24), { name: 'invoice\u202Efdp.exe' }),
        datasetOf(fakeCid(25), { name: undefined }),
        datasetOf(fakeCid(26), { name: '二〇二六年夏季社区会议记录与附件汇总最终版本.docx' }),
        datasetOf(fakeCid(27), { name: '👩‍🚀🚀.png' }),
      ],
    }),
  },
  uploading: {
    state: stateWith({
      transfers: [
        transferOf(
          '',
          { state: 'moving', peers: 0 },
          {
            id: 'up-1',
            kind: 'upload',
            name: 'chronicle-scan-600dpi.tif',
            cid: undefined,
            doneBytes: 312_000_000,
            totalBytes: 940_000_000,
            bytesPerSecond: 61_000_000,
            secondsLeft: 10.3,
          },
        ),
      ],
    }),
    queued: Array.from({ length: 12 }, (_, at) => `page-${at}.tif`),
  },
  looking: {
    state: stateWith({ transfers: [transferOf(NEW_CID, { state: 'looking', askedPeers: 3 })] }),
    hash: `#/${NEW_CID}`,
  },
  connected: { state: fetching({ state: 'connected', peers: 2 }) },
  fetching: {
    state: { ...fetching({ state: 'moving', peers: 2 }, MOVING), datasets: [PARTIAL, ...DATASETS] },
    hash: `#/${NEW_CID}`,
  },
  'waiting-no-peer': { state: fetching({ state: 'waiting', reason: 'no-peer' }, { doneBytes: 118_452_224 }) },
  'waiting-keeper-down': {
    state: {
      ...fetching({ state: 'waiting', reason: 'keeper-down' }),
      status: statusOf({ state: 'no-keeper', error: KEEPER_DOWN }),
    },
  },
  'waiting-no-holder': { state: fetching({ state: 'waiting', reason: 'no-holder' }, { doneBytes: 118_452_224 }) },
  done: {
    state: stateWith({
      transfers: [
        transferOf(
          fakeCid(2),
          { state: 'done' },
          { name: 'harvest.mp4', doneBytes: 152_340_118, totalBytes: 152_340_118 },
        ),
      ],
    }),
    hash: `#/${fakeCid(2)}`,
  },
  cancelled: { state: fetching({ state: 'cancelled' }, { doneBytes: 118_452_224 }) },
  'failed-no-peer': { state: failing(NO_PEER), hash: `#/${NEW_CID}` },
  'failed-manifest': { state: failing(errorOf('ERR_MANIFEST_NOT_FOUND', 'Nobody who is online knows this file.')) },
  'failed-store-full': {
    state: {
      ...failing(
        errorOf('ERR_STORE_FULL', 'This file needs 412 MB; 20 MB are free.', {
          details: { neededBytes: 412_300_000, freeBytes: 20_000_000 },
          cause: new Error('QuotaExceededError'),
        }),
      ),
      space: FULL_SPACE,
    },
  },
  'refused-text': { state: stateWith(), typed: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi.' },
  'no-keeper': {
    state: stateWith({ status: statusOf({ state: 'no-keeper', error: KEEPER_DOWN }) }),
    hasStatusOpen: true,
  },
  'not-reachable': {
    state: stateWith({ status: statusOf({ state: 'not-reachable', reason: 'relay-refused' }, [KEEPER]) }),
    hash: `#/${fakeCid(1)}`,
  },
  offline: { state: stateWith({ status: statusOf({ state: 'offline' }) }) },
  'status-open': { state: stateWith(), hasStatusOpen: true },
  'node-status-starting': { state: stateWith({ status: statusOf({ state: 'starting' }) }) },
  starting: { isStarting: true },
  elsewhere: { failure: new QuireError('ERR_NODE_ELSEWHERE', 'Quire already runs in another tab of this browser.') },
  insecure: {
    failure: new QuireError(
      'ERR_INSECURE_PAGE',
      'This page was opened without encryption, so the browser gives it neither storage nor the means to verify files.',
    ),
  },
  'no-storage': {
    failure: new QuireError('ERR_STORE_UNAVAILABLE', 'The storage could not be opened.', {
      cause: new Error(
        'InvalidStateError: A mutation operation was attempted on a database that did not allow mutations.',
      ),
    }),
  },
  'worker-died': { state: stateWith(), death: new QuireError('ERR_WORKER_DIED', 'The node stopped without a word.') },
  deleting: { state: stateWith(), hash: `#/${fakeCid(1)}`, isDeleting: true },
  shortcuts: { state: stateWith(), hasShortcuts: true },
  'opened-unknown': { state: { ...fetching({ state: 'cancelled' }), transfers: [] }, hash: `#/${NEW_CID}` },
  network: {
    state: stateWith({ status: statusOf({ state: 'reachable', relays: 1 }, [KEEPER, BROWSER, RELAYED]) }),
    hash: '#/network',
  },
  'network-down': {
    state: stateWith({ status: statusOf({ state: 'no-keeper', error: KEEPER_DOWN }) }),
    hash: '#/network',
  },
  settings: { state: stateWith(), hash: '#/settings' },
  'settings-full': { state: stateWith({ space: FULL_SPACE }), hash: '#/settings' },
} as const satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof SCENARIOS

export const SCENARIO_NAMES = Object.keys(SCENARIOS).filter((name): name is ScenarioName => name in SCENARIOS)
