import { describe, expect, it } from 'vitest'
import type { NetworkStatus } from './node-parts.ts'
import type { TransferPhase } from './transfer.ts'
import { followPhase } from './transfer-phase.ts'

type Peer = NetworkStatus['peers'][number]
type Path = Peer['path']

function setUp(
  paths: readonly Path[],
  reachability: NetworkStatus['reachability'] = { state: 'reachable', relays: 1 },
) {
  const peers = paths.map((path, at): Peer => {
    const peer = `peer-${at}` as Peer['peer']
    const isDirect = path.kind !== 'relayed'
    return { peer, path, isDirect, isKeeper: false, transport: 'other', receivedBytes: 0, sentBytes: 0 }
  })
  const status: NetworkStatus = {
    peerId: 'me' as NetworkStatus['peerId'],
    reachability,
    addresses: [],
    peers,
    relays: [],
    nat: { kind: 'unknown', families: [] },
    announcing: { wantedCount: 0, announcedCount: 0, maxCount: 1 },
    unreached: [],
    dropped: [],
  }
  const phases: TransferPhase[] = []
  const network = { status: () => status, onStatusChange: () => () => undefined }
  const { report } = followPhase(network, (phase) => phases.push(phase))
  return { phases, report }
}

const relayed = (why: Extract<Path, { kind: 'relayed' }>['why']): Path => ({ kind: 'relayed', relay: 'r', why })

describe('the phase of a fetch', () => {
  it('says nothing of relays where blocks come directly', () => {
    const { phases, report } = setUp([relayed('udp-blocked')])
    report({ state: 'moving', peers: 2 })
    expect(phases).toEqual([{ state: 'moving', peers: 2 }])
  })

  it('says how many peers send through a relay, and what keeps most of them from a direct way', () => {
    const { phases, report } = setUp([
      { kind: 'direct' },
      relayed('failed'),
      relayed('symmetric-nat'),
      relayed('symmetric-nat'),
    ])
    report({ state: 'moving', peers: 3, relayedPeers: 2 })
    expect(phases).toEqual([{ state: 'moving', peers: 3, relayed: { peers: 2, why: 'symmetric-nat' } }])
  })

  it('says that a direct way is looked for where the peer has just become direct', () => {
    const { phases, report } = setUp([{ kind: 'direct' }])
    report({ state: 'moving', peers: 1, relayedPeers: 1 })
    expect(phases).toEqual([{ state: 'moving', peers: 1, relayed: { peers: 1, why: 'trying' } }])
  })

  it('says of one that waits for anybody that this device is offline', () => {
    const { phases, report } = setUp([], { state: 'offline' })
    report({ state: 'waiting', reason: 'no-peer' })
    expect(phases).toEqual([{ state: 'waiting', reason: 'offline' }])
  })
})
