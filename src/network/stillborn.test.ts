import { describe, expect, it } from 'vitest'
import { isStillborn } from './stillborn.ts'

describe('isStillborn', () => {
  it.each(['failed', 'closed'])('is true for a WebRTC connection that is %s', (connectionState) => {
    expect(isStillborn({ peerConnection: { connectionState } })).toBe(true)
  })

  it.each(['connected', 'disconnected'])('is false for one that is %s', (connectionState) => {
    expect(isStillborn({ peerConnection: { connectionState } })).toBe(false)
  })

  it('is false for connections of other kinds', () => {
    expect(isStillborn({})).toBe(false)
    expect(isStillborn({ peerConnection: null })).toBe(false)
  })
})
