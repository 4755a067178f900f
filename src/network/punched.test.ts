import type { Connection } from '@libp2p/interface'
import { describe, expect, it } from 'vitest'
import { isPunched } from './punched.ts'

/** A WebRTC connection between candidates of these types, as `@libp2p/webrtc` makes it. */
function between(local: string, remote: string, state = 'succeeded'): Connection {
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
  return { muxer: { peerConnection: { getStats: async () => entries } } } as unknown as Connection
}

describe('isPunched', () => {
  it.each([
    ['host', 'host', false],
    // Addresses within one network are hidden from pages, so that packets come before the candidate is known.
    ['host', 'prflx', false],
    ['srflx', 'host', true],
    ['prflx', 'srflx', true],
    ['host', 'srflx', true],
  ])('of a connection from %s to %s is %s', async (local, remote, expected) => {
    expect(await isPunched(between(local, remote))).toBe(expected)
  })

  it('is false where no pair was chosen, and where there is no WebRTC', async () => {
    expect(await isPunched(between('srflx', 'srflx', 'in-progress'))).toBe(false)
    expect(await isPunched({} as Connection)).toBe(false)
  })
})
