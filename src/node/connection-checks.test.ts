import { describe, expect, it } from 'vitest'
import { connectionChecks, type ConnectionChecksComponents } from './connection-checks.ts'
import type { ConnectedPeer, NodeStatus } from './connectivity.ts'
import { runSelfTest } from './self-test.ts'

const REACHABLE: NodeStatus = {
  peerId: 'me' as NodeStatus['peerId'],
  reachability: { state: 'reachable', relays: 1 },
  addresses: [],
  peers: [],
  relays: [{ address: '/ip4/127.0.0.1/tcp/1/ws', state: 'reserved' }],
  nat: { kind: 'cone', families: [4] },
  unreached: [],
  announcing: { wantedCount: 0, announcedCount: 0, maxCount: 1 },
  dropped: [],
}

function peerBy(path: ConnectedPeer['path']): ConnectedPeer {
  return {
    peer: 'them' as ConnectedPeer['peer'],
    isKeeper: false,
    isDirect: path.kind !== 'relayed',
    path,
    transport: 'other',
    receivedBytes: 0,
    sentBytes: 0,
    receivedBytesPerSecond: 0,
    sentBytesPerSecond: 0,
  }
}

async function* answer(): AsyncGenerator<never> {}

/** What each check found, by name: “ok reserved”. */
async function found(given: Partial<NodeStatus> = {}, parts: Partial<ConnectionChecksComponents> = {}) {
  const status = { ...REACHABLE, ...given }
  const checks = connectionChecks({
    status: () => status,
    network: {
      reconnect: async () => undefined,
      onStatusChange: () => () => undefined,
      findProviders: answer,
      checkNat: async () => ({ kind: 'cone', families: [4] }),
    },
    tryWebRtc: async () => 'webrtc-works',
    ...parts,
  })
  const result = await runSelfTest(checks, { onChange: () => undefined }, new AbortController().signal)
  return Object.fromEntries(result.checks.map(({ name, state, finding }) => [name, `${state} ${finding}`]))
}

describe('the checks of the connection', () => {
  it('are all well behind a keeper and a NAT that keeps ports, with a peer that is reached directly', async () => {
    expect(await found({ peers: [peerBy({ kind: 'punched' })] })).toEqual({
      online: 'ok online',
      webrtc: 'ok webrtc-works',
      keeper: 'ok keeper-answers',
      reservation: 'ok reserved',
      udp: 'ok udp-passes',
      nat: 'ok nat-cone',
      lookup: 'ok lookup-answered',
      peers: 'ok peers-direct',
    })
  })

  it('stop asking where the device is offline', async () => {
    expect(await found({ reachability: { state: 'offline' } })).toMatchObject({
      online: 'failed offline',
      keeper: 'skipped offline',
      reservation: 'skipped no-keeper-answers',
      udp: 'skipped offline',
      nat: 'skipped nat-unknown',
      lookup: 'skipped no-keeper-answers',
      peers: 'skipped no-peers',
    })
  })

  it.each([
    ['no keeper is known', [], 'failed no-keeper-known'],
    ['none answers', ['down', 'connecting'], 'failed no-keeper-answers'],
    ['one of two is down', ['reserved', 'down'], 'ok some-keepers-down'],
  ] as const)('say where %s', async (_what, states, keeper) => {
    const relays = states.map((state) => ({ address: '/ip4/127.0.0.1/tcp/1/ws', state }))
    expect(await found({ relays })).toMatchObject({ keeper })
  })

  it.each([
    [{ state: 'not-reachable', reason: 'relay-full' }, 'failed relay-full'],
    [{ state: 'not-reachable', reason: 'relay-refused' }, 'failed relay-refused'],
    [{ state: 'reachable', relays: 0 }, 'ok reachable-itself'],
    [{ state: 'not-reachable', reason: 'no-webrtc' }, 'failed no-relay'],
  ] as const)('say of a node that is %o: %s', async (reachability, reservation) => {
    expect(await found({ reachability })).toMatchObject({ reservation })
  })

  it('wait for a keeper that is being asked for a place', async () => {
    let reachability: NodeStatus['reachability'] = { state: 'not-reachable', reason: 'waiting-for-relay' }
    const network: ConnectionChecksComponents['network'] = {
      reconnect: async () => undefined,
      checkNat: async () => ({ kind: 'cone', families: [4] }),
      findProviders: answer,
      onStatusChange: (listener) => {
        queueMicrotask(() => {
          reachability = { state: 'reachable', relays: 2 }
          listener()
        })
        return () => undefined
      },
    }
    const status = () => ({ ...REACHABLE, reachability })
    expect(await found({}, { network, status })).toMatchObject({ reservation: 'ok reserved' })
  })

  it.each([
    ['udp-blocked', 'failed udp-blocked', 'skipped nat-unknown'],
    ['unknown', 'skipped no-stun-server', 'skipped nat-unknown'],
    ['symmetric', 'ok udp-passes', 'failed nat-symmetric'],
    ['none', 'ok udp-passes', 'ok nat-none'],
  ] as const)('tell a network that is %s', async (kind, udp, nat) => {
    expect(await found({ nat: { kind, families: [] } })).toMatchObject({ udp, nat })
  })

  it('say that a WebRTC trial failed, unless a connection proves it wrong', async () => {
    const tryWebRtc = async () => 'webrtc-broken' as const
    expect(await found({}, { tryWebRtc })).toMatchObject({ webrtc: 'failed webrtc-broken' })
    const peers = [{ ...peerBy({ kind: 'punched' }), transport: 'webrtc' as const }]
    expect(await found({ peers }, { tryWebRtc })).toMatchObject({ webrtc: 'ok webrtc-works' })
  })

  it('tell peers that are reached through a relay alone', async () => {
    const relayed = peerBy({ kind: 'relayed', relay: 'r', why: 'symmetric-nat' })
    expect(await found({ peers: [relayed] })).toMatchObject({ peers: 'failed peers-relayed' })
    expect(await found({ peers: [relayed, peerBy({ kind: 'direct' })] })).toMatchObject({ peers: 'ok peers-direct' })
  })

  it('say nothing of WebRTC for a node that needs none', async () => {
    expect(await found({}, { tryWebRtc: undefined })).not.toHaveProperty('webrtc')
  })
})
