/** States of the Network place, and of what else is shown of the connection. */
import type { NodeStatus, PeerView } from '../../rpc/api.ts'
import type { CheckView, RelayView, SelfTestView } from '../../rpc/connectivity.ts'
import { datasetOf, fakeCid } from './fake-datasets.ts'
import {
  BROWSER,
  DATASETS,
  fetching,
  KEEPER,
  KEEPER_DOWN,
  MOVING,
  RELAYED,
  type Scenario,
  stateWith,
  statusOf,
} from './scenario-parts.ts'

const BEGUN_AT_MS = Date.UTC(2026, 7, 20, 9, 40)

const WELL: readonly CheckView[] = [
  { name: 'online', state: 'ok', finding: 'online', tookMs: 0 },
  { name: 'webrtc', state: 'ok', finding: 'webrtc-works', tookMs: 83 },
  { name: 'keeper', state: 'ok', finding: 'keeper-answers', tookMs: 24, counts: { connected: 1, known: 1 } },
  { name: 'reservation', state: 'ok', finding: 'reserved', tookMs: 1, counts: { relays: 1 } },
  { name: 'udp', state: 'ok', finding: 'udp-passes', tookMs: 41 },
  { name: 'nat', state: 'ok', finding: 'nat-cone', tookMs: 1 },
  { name: 'lookup', state: 'ok', finding: 'lookup-answered', tookMs: 132 },
  { name: 'peers', state: 'ok', finding: 'peers-direct', tookMs: 0, counts: { direct: 2, relayed: 1 } },
]
const RUNNING: readonly CheckView[] = WELL.map((check, at) =>
  at < 3 ? check : { name: check.name, state: at === 3 ? 'running' : 'waiting' },
)
const FAILED: readonly CheckView[] = [
  { name: 'online', state: 'ok', finding: 'online', tookMs: 0 },
  { name: 'webrtc', state: 'failed', finding: 'webrtc-broken', tookMs: 8_003 },
  { name: 'keeper', state: 'ok', finding: 'some-keepers-down', tookMs: 10_020, counts: { connected: 1, known: 2 } },
  { name: 'reservation', state: 'failed', finding: 'relay-full', tookMs: 10_001 },
  { name: 'udp', state: 'failed', finding: 'udp-blocked', tookMs: 5_000 },
  { name: 'nat', state: 'skipped', finding: 'nat-unknown', tookMs: 0 },
  { name: 'lookup', state: 'failed', finding: 'lookup-unanswered', tookMs: 9_001 },
  { name: 'peers', state: 'failed', finding: 'peers-relayed', tookMs: 0, counts: { direct: 0, relayed: 1 } },
]
const STOPPED: readonly CheckView[] = WELL.map((check, at) => (at < 3 ? check : { name: check.name, state: 'stopped' }))

/** Different peers, some at work. */
const CROWD: readonly PeerView[] = Array.from({ length: 23 }, (_, at) => ({
  ...BROWSER,
  peer: `${BROWSER.peer.slice(0, -4)}${fakeCid(at).slice(-4)}`,
  agent: at % 5 === 4 ? 'logos-storage/0.3.1' : at % 3 === 0 ? undefined : 'Quire/0.1.0',
  transport: at % 5 === 4 ? ('tcp' as const) : ('webrtc' as const),
  path: { kind: at % 4 === 0 ? ('direct' as const) : ('punched' as const) },
  rttMs: 12 + at * 17,
  receivedBytesPerSecond: at % 4 === 1 ? 40_000 * 3 ** (at % 5) : 0,
  sentBytesPerSecond: at % 4 === 2 ? 4_000 * 4 ** (at % 6) : 0,
}))

const SECOND_KEEPER: PeerView = { ...KEEPER, peer: `${KEEPER.peer.slice(0, -4)}9Xya`, rttMs: 61 }
const THREE_RELAYS: readonly RelayView[] = [
  ...statusOf({ state: 'reachable', relays: 1 }, [KEEPER]).relays,
  { peer: SECOND_KEEPER.peer, address: '/ip4/203.0.113.7/tcp/9410/ws', state: 'reserved' },
  {
    address: '/dns4/the-keeper-of-the-parish-council.example.net/tcp/443/tls/ws',
    state: 'down',
    reason: 'The keeper cannot be reached.',
  },
]

const CROWDED: NodeStatus = {
  ...statusOf({ state: 'reachable', relays: 2 }, [KEEPER, SECOND_KEEPER, RELAYED, ...CROWD]),
  relays: THREE_RELAYS,
}

const RELAYED_ALONE: NodeStatus = {
  ...statusOf({ state: 'reachable', relays: 1 }, [
    KEEPER,
    { ...RELAYED, agent: 'Quire/0.1.0', rttMs: 96, path: { kind: 'relayed', relay: KEEPER.peer, why: 'udp-blocked' } },
  ]),
  nat: { kind: 'udp-blocked', families: [], checkedAtMs: BEGUN_AT_MS },
}

const network = (
  status: NodeStatus,
  checks?: readonly CheckView[],
  state: SelfTestView['state'] = 'done',
): Scenario => ({
  state: stateWith({
    status,
    ...(checks === undefined ? {} : { selfTest: { state, startedAtMs: BEGUN_AT_MS, checks } }),
  }),
  hash: '#/network',
})

const MIXED = statusOf({ state: 'reachable', relays: 1 }, [KEEPER, BROWSER, RELAYED])
const QUIET = DATASETS.map((dataset) => ({ ...dataset, isAnnounced: false }))

export const NETWORK_SCENARIOS = {
  network: network(MIXED),
  'network-starting': network(statusOf({ state: 'starting' })),
  'network-offline': network(statusOf({ state: 'offline' })),
  'network-down': network({
    ...statusOf({ state: 'no-keeper', error: KEEPER_DOWN }),
    relays: THREE_RELAYS.slice(2),
    nat: { kind: 'unknown', families: [] },
  }),
  'network-down-with-peer': network({
    ...statusOf({ state: 'no-keeper', error: KEEPER_DOWN }, [BROWSER]),
    relays: THREE_RELAYS.slice(2),
  }),
  'network-no-peer': network(statusOf({ state: 'reachable', relays: 1 }, [KEEPER])),
  'network-one-peer': network(statusOf({ state: 'reachable', relays: 1 }, [KEEPER, BROWSER])),
  'network-many-peers': network(CROWDED),
  'network-relayed': network(RELAYED_ALONE),
  'network-symmetric': network({ ...MIXED, nat: { kind: 'symmetric', families: [4], checkedAtMs: BEGUN_AT_MS } }),
  'network-refused': network(statusOf({ state: 'not-reachable', reason: 'relay-full' }, [KEEPER]), FAILED),
  'network-no-webrtc': network({
    ...statusOf({ state: 'reachable', relays: 1 }, [KEEPER]),
    reachability: { state: 'not-reachable', reason: 'no-webrtc' },
    nat: { kind: 'unknown', families: [] },
  }),
  'network-test-running': network(MIXED, RUNNING, 'running'),
  'network-test-well': network(MIXED, WELL),
  'network-test-failed': network(RELAYED_ALONE, FAILED),
  'network-test-stopped': network(MIXED, STOPPED, 'stopped'),
  'network-announces-much': network({
    ...MIXED,
    announcing: { wantedCount: 1_204, announcedCount: 250, maxCount: 250 },
  }),
  'network-unreached': network({
    ...statusOf({ state: 'reachable', relays: 1 }, [KEEPER]),
    unreached: (
      ['offline', 'relay-full', 'relay-down', 'relay-refused', 'not-dialable', 'somebody-else', 'no-answer'] as const
    ).map((why, at) => ({ peer: fakeCid(60 + at), why, atMs: BEGUN_AT_MS - at * 60_000 })),
  }),
  'network-limits': network({
    ...statusOf({ state: 'reachable', relays: 1 }, [KEEPER, BROWSER]),
    uploadLimits: { totalBytesPerSecond: 2_500_000 },
    dropped: [
      { peer: fakeCid(40), reason: 'A block’s bytes do not match its CID.', atMs: Date.UTC(2026, 7, 20, 9, 33) },
      { peer: fakeCid(41), reason: 'It opens streams without end.', atMs: Date.UTC(2026, 7, 20, 9, 31) },
    ],
  }),
  'list-announces-much': {
    state: stateWith({ status: { ...MIXED, announcing: { wantedCount: 1_204, announcedCount: 250, maxCount: 250 } } }),
  },
  'list-quiet-chosen': { state: stateWith({ datasets: QUIET }), hash: `#/${fakeCid(1)}` },
  'list-quiet-partial-chosen': {
    state: stateWith({ datasets: [datasetOf(fakeCid(3), { haveCount: 3 })] }),
    hash: `#/${fakeCid(3)}`,
  },
  'fetching-relayed': {
    state: fetching(
      { state: 'moving', peers: 1, relayed: { peers: 1, why: 'symmetric-nat' } },
      { ...MOVING, bytesPerSecond: 38_000, secondsLeft: 7_700 },
    ),
  },
} as const satisfies Record<string, Scenario>
