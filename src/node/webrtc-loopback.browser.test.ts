import { afterEach, describe, expect, it, vi } from 'vitest'
import { tryWebRtcLoopback } from './webrtc-loopback.ts'

afterEach(() => void vi.unstubAllGlobals())

describe('the WebRTC trial', () => {
  it('opens a channel from this browser to itself', async () => {
    expect(await tryWebRtcLoopback(new AbortController().signal)).toBe('webrtc-works')
  })

  it('says where WebRTC is there and does not work', async () => {
    class Broken extends RTCPeerConnection {
      override createOffer(): Promise<never> {
        return Promise.reject(new DOMException('Not allowed by policy.', 'NotAllowedError'))
      }
    }
    vi.stubGlobal('RTCPeerConnection', Broken)
    expect(await tryWebRtcLoopback(new AbortController().signal)).toBe('webrtc-broken')
  })

  it('ends with the reason of whoever stops it', async () => {
    const reason = new Error('enough')
    await expect(tryWebRtcLoopback(AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})
