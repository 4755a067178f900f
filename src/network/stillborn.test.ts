import { describe, expect, it } from 'vitest'
import { isStillborn } from './stillborn.ts'

describe('isStillborn', () => {
  it.each(['new', 'connecting', 'failed', 'closed'])(
    'is true for a WebRTC connection that is %s',
    (connectionState) => {
      expect(isStillborn({ peerConnection: { connectionState } })).toBe(true)
    },
  )

  it('is false for one that is connected', () => {
    expect(isStillborn({ peerConnection: { connectionState: 'connected' } })).toBe(false)
  })

  it('is false for connections of other kinds', () => {
    expect(isStillborn({})).toBe(false)
    expect(isStillborn({ peerConnection: null })).toBe(false)
  })
})
