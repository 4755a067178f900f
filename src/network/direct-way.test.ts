import type { Connection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { wayOf } from './direct-way.ts'

/** A WebRTC connection between candidates of these types, as `@libp2p/webrtc` makes it. */
function between(local: string, remote: string, { state = 'succeeded', address = '/webrtc' } = {}): Connection {
  const entries = new Map<string, object>([
    ['transport', { type: 'transport' }],
    [
      'failed',
      { type: 'candidate-pair', state: 'failed', nominated: false, localCandidateId: 'x', remoteCandidateId: 'y' },
    ],
    ['pair', { type: 'candidate-pair', state, nominated: true, localCandidateId: 'here', remoteCandidateId: 'there' }],
    ['here', { type: 'local-candidate', candidateType: local }],
    ['there', { type: 'remote-candidate', candidateType: remote }],
  ])
  // As much of a connection as is looked at.
  return {
    remoteAddr: multiaddr(address),
    muxer: { peerConnection: { getStats: async () => entries } },
  } as unknown as Connection
}

describe('wayOf', () => {
  it.each([
    ['host', 'host', 'direct'],
    // Addresses within one network are hidden from pages, so that packets come before the candidate is known.
    ['host', 'prflx', 'direct'],
    ['srflx', 'host', 'punched'],
    ['prflx', 'srflx', 'punched'],
    ['host', 'srflx', 'punched'],
    ['relay', 'srflx', 'turn'],
    ['prflx', 'relay', 'turn'],
  ])('of a connection from %s to %s is %s', async (local, remote, expected) => {
    expect(await wayOf(between(local, remote))).toBe(expected)
  })

  it('is direct where no pair was chosen, and where there is no WebRTC', async () => {
    expect(await wayOf(between('srflx', 'srflx', { state: 'in-progress' }))).toBe('direct')
    expect(await wayOf({ remoteAddr: multiaddr('/webrtc') } as Connection)).toBe('direct')
  })

  it('is direct of a server that is dialled where it is, though its answers tell of our own address', async () => {
    expect(await wayOf(between('prflx', 'host', { address: '/ip4/192.0.2.1/udp/4001/webrtc-direct' }))).toBe('direct')
  })
})
